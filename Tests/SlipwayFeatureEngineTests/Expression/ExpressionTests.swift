import Foundation
import SlipwayFeatureFixtures
import Testing

@testable import SlipwayFeatureEngine

@Suite struct ExpressionTests {
    private func value(_ text: String, _ variables: [String: [Double]] = [:], fill: Double = .nan) throws -> [Double] {
        let names = variables.keys.sorted()
        let expression = try Expression(text, variables: names)
        var numbers: [Double] = []
        var starts: [Int] = []
        for name in names {
            starts.append(numbers.count)
            numbers += variables[name] ?? []
        }
        starts.append(numbers.count)
        return numbers.withUnsafeBufferPointer { numbers in
            let values = Expression.Values(numbers: numbers, starts: starts, fill: fill)
            return (0..<expression.count(values)).map { expression.value(values, $0) }
        }
    }

    @Test(
        arguments: [
            ("1+2*3", 7), ("(1+2)*3", 9), ("2^3^2", 512), ("-2^2", -4), ("2^-1", 0.5), ("10-4-3", 3), ("12/4/3", 1),
            ("1 < 2", 1), ("2 <= 1", 0), ("1 == 1 && 2 != 2", 0), ("1 || 0 && 0", 1), ("5 & 3", 1), ("5 | 3 == 3", 5),
            ("6 & 3 | 8", 10), ("1 ? 2 : 3", 2), ("0 ? 2 : 1 ? 4 : 5", 4), ("!0 + 1", 2), ("- -3", 3),
            ("1e2 + .5", 100.5),
            ("_pi", Double.pi), ("_e", 2.718281828459045), ("1>=1", 1), ("3>4", 0), ("+5", 5),
        ] as [(String, Double)])
    func operators(_ text: String, _ expected: Double) throws {
        #expect(try value(text) == [expected])
    }

    @Test(
        arguments: [
            ("sin(0)", 0), ("cos(0)", 1), ("tan(0)", 0), ("asin(1)", 1.5707963267948966), ("acos(1)", 0),
            ("atan(1)", 0.7853981633974483),
            ("sinh(0)", 0), ("cosh(0)", 1), ("tanh(0)", 0), ("asinh(0)", 0), ("acosh(1)", 0), ("atanh(0)", 0),
            ("log2(8)", 3),
            ("log10(1000)", 3), ("log(_e)", 1), ("ln(_e)", 1), ("exp(0)", 1), ("sqrt(9)", 3), ("sign(-4)", -1),
            ("sign(0)", 0),
            ("sign(2)", 1), ("abs(-3)", 3), ("rint(2.5)", 2), ("rint(3.5)", 4), ("floor(-1.5)", -2), ("ceil(-1.5)", -1),
            ("trunc(-1.7)", -1), ("round(2.5)", 3), ("round(-2.5)", -3), ("roundp(3.14159,2)", 3.14), ("mod(7,3)", 1),
            ("mod(-7,3)", -1), ("sigmoid(0)", 0.5), ("isnan(0/0)", 1), ("isnan(1)", 0), ("min(3,1,2)", 1),
            ("max(3,1,2)", 3),
            ("sum(3,1,2)", 6), ("avg(3,1,2)", 2),
        ] as [(String, Double)])
    func functions(_ text: String, _ expected: Double) throws {
        let found = try #require(try value(text).first)
        #expect(abs(found - expected) < 1e-12)
    }

    /// Beijing to Shanghai is about 1,067 km, Beijing to Guangzhou's outskirts about 1,953 km.
    @Test func distances() throws {
        let shanghai = try #require(try value("haversine(116.4074,39.9042,121.4737,31.2304)").first)
        #expect(abs(shanghai - 1067) < 2)
        // A degree of the equator: 6371 km · π / 180.
        let degree = try #require(try value("sphere_dist(0,0,1,0)").first)
        #expect(abs(degree - 111.19492664455873) < 1e-9)
    }

    @Test(
        arguments: [
            ("len(a)", 3), ("l2_norm(b)", 5), ("squared_norm(b)", 25), ("dot(a,c)", 32),
            ("euclid_dist(a,c)", 5.196152422706632),
            ("corr(a,c)", 1), ("variance(a)", 2.0 / 3.0), ("std_dev(a)", 0.816496580927726), ("pop_variance(a)", 1),
            ("pop_std_dev(a)", 1), ("reduce_min(a)", 1), ("reduce_max(a)", 3), ("reduce_sum(a)", 6),
            ("reduce_mean(a)", 2),
            ("reduce_prod(c)", 120), ("reduce_sum(a*c)", 32), ("len(a) + s", 13),
            ("dot(a,c) / len(a) * s", 320.0 / 3.0),
        ] as [(String, Double)])
    func vectors(_ text: String, _ expected: Double) throws {
        let found = try value(text, ["a": [1, 2, 3], "b": [3, 4], "c": [4, 5, 6], "s": [10]])
        #expect(found.count == 1)
        #expect(abs(try #require(found.first) - expected) < 1e-12, "\(found)")
    }

    @Test func elementsAndFilling() throws {
        #expect(try value("a+s", ["a": [1, 2], "s": [10]]) == [11, 12])
        #expect(try value("a+b", ["a": [1, 2, 3], "b": [10, 20]], fill: 5) == [11, 22, 8])
        let unfilled = try value("a+b", ["a": [1, 2, 3], "b": [10, 20]])
        #expect(unfilled[..<2] == [11, 22] && unfilled[2].isNaN)
    }

    @Test func random() throws {
        let number = try #require(try value("rnd()").first)
        #expect((0..<1).contains(number))
    }

    @Test(arguments: [
        ("", "no value"), ("1+", "no value"), ("(1", "a bracket that is not closed"), ("1 2", "something unexpected"),
        ("x", "the unknown name x"), ("foo(1)", "the unknown function foo"), ("sin(1,2)", "2 arguments for sin"),
        ("dot(1)", "1 arguments for dot"), ("min()", "0 arguments for min"), ("1 ? 2", "no : for its ?"),
        ("1..2", "no value"),
        ("=1", "no value"), (String(repeating: "(", count: 500) + "1", "too many brackets"),
        (String(repeating: "-", count: 500) + "1", "too many signs"),
    ])
    func problems(_ text: String, _ problem: String) throws {
        let found = try #require(errorText { _ = try Expression(text, variables: []) })
        #expect(found.contains(problem), "\(found)")
    }
}
