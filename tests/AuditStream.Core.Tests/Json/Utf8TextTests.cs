using AuditStream.Core.Json;

namespace AuditStream.Core.Tests.Json;

public sealed class Utf8TextTests
{
    [Theory]
    [InlineData("", 0, false)]
    [InlineData("61C3A4", 3, false)]
    [InlineData("61C3", 1, true)]
    [InlineData("61C361", 1, false)]
    [InlineData("C3A4EDA080", 2, false)]
    public void The_first_byte_that_is_no_text_is_found(string bytes, int at, bool isCut)
    {
        Utf8Text.FirstInvalid(Convert.FromHexString(bytes), out var found).ShouldBe(at);
        found.ShouldBe(isCut);
    }
}
