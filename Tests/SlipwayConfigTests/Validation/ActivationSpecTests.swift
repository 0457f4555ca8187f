import SlipwayCore
import Testing

@testable import SlipwayConfig

@Suite struct ActivationSpecTests {
    @Test func takesApart() throws {
        #expect(try ActivationSpec.parse("") == nil)
        #expect(try ActivationSpec.parse(" nn.ReLU ")?.name == "nn.ReLU")
        #expect(try ActivationSpec.parse("torch.nn.SiLU()")?.name == "nn.SiLU")
        #expect(try ActivationSpec.parse("Dice")?.arguments == [:])
        let leaky = try #require(try ActivationSpec.parse("nn.LeakyReLU(negative_slope=0.1, inplace=True)"))
        #expect(leaky.arguments == ["negative_slope": .number(0.1), "inplace": .flag(true)])
        #expect(leaky.number("negative_slope", or: 9) == 0.1)
        #expect(try ActivationSpec.parse("nn.ELU(2)")?.number("alpha", or: 1) == 2)
        #expect(try ActivationSpec.parse("nn.GELU(approximate='tanh')")?.arguments == ["approximate": .text("tanh")])
        #expect(try ActivationSpec.parse("nn.Tanh")?.number("x", or: 4) == 4)
    }

    @Test(arguments: [
        ("nn.ReLu2", "unknown activation `nn.ReLu2` — did you mean `nn.ReLU`?"),
        ("relu", "unknown activation `relu`"),
        ("nn.ELU(2", "lacks its closing bracket"),
        ("nn.ELU(beta=2)", "`beta=2` is no argument of nn.ELU — nn.ELU takes alpha, inplace"),
        ("nn.ELU(alpha=x)", "`alpha=x` is no argument"),
        ("nn.ELU(alpha=1,alpha=2)", "is no argument"),
        ("nn.ELU(,)", "is no argument"),
        ("nn.Tanh(1)", "nn.Tanh takes no arguments"),
        ("nn.ELU(inf)", "is no argument"),
    ])
    func refuses(text: String, message: String) {
        let error = #expect(throws: SlipwayError.self) { try ActivationSpec.parse(text) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }
}
