import Testing

@testable import SlipwayData

@Suite struct NearNamesTests {
    @Test func nearestFirst() {
        let names = ["user_id", "item_id", "user_ids", "age", "USER_ID"]
        #expect(nearNames(to: "user_id", in: names).prefix(3) == ["USER_ID", "user_id", "user_ids"])
        #expect(nearNames(to: "usr_id", in: names).first == "USER_ID")
        #expect(nearNames(to: "zzz", in: names).isEmpty)
        #expect(nearNames(to: "age_bucket", in: names) == ["age"])
    }
}
