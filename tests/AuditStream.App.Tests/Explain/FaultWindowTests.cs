using AuditStream.App.Explain;

namespace AuditStream.App.Tests.Explain;

public sealed class FaultWindowTests
{
    [Fact]
    public void The_bytes_before_the_place_and_from_it_on_are_shown() =>
        FaultWindow.Lines("{\"before\":null,\"aft\x01r\":?,\"x\":1,\"y\":2}"u8, 23).ShouldBe(
        [
            "      11  75 6c 6c 2c 22 61 66 74 01 72 22 3a  ull,\"aft.r\":",
            ">     23  3f 2c 22 78 22 3a 31 2c 22 79 22 3a  ?,\"x\":1,\"y\":",
        ]);

    [Theory]
    [InlineData(3)]
    [InlineData(99)]
    public void A_text_that_ends_too_early_shows_its_end(long at) =>
        FaultWindow.Lines("abc"u8, at).ShouldBe(["       0  61 62 63                             abc", ">      3  (the end)"]);

    [Fact]
    public void At_the_beginning_nothing_stands_before() =>
        FaultWindow.Lines([0, 0xFF], 0).ShouldBe([">      0  00 ff                                .."]);
}
