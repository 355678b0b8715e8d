using System.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Tests.Json;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-12.50", "-12.50")]
    [InlineData("1E+3", "1000")]
    [InlineData("1e3", "1000")]
    [InlineData("-1.5e2", "-150")]
    [InlineData("1.5e0", "1.5")]
    [InlineData("2.50e-1", "0.250")]
    [InlineData("12e-3", "0.012")]
    [InlineData("123.456e1", "1234.56")]
    [InlineData("123.456e-1", "12.3456")]
    [InlineData("0.001e2", "0.1")]
    [InlineData("0.001e3", "1")]
    [InlineData("0e5", "0")]
    [InlineData("0.0e2", "0")]
    [InlineData("-0.0e0", "-0.0")]
    public void A_number_is_written_in_plain_digits(string number, string plain)
    {
        var output = new ByteWriter();
        NumberText.TryWritePlain(Encoding.ASCII.GetBytes(number), output).ShouldBeTrue();
        Encoding.ASCII.GetString(output.Written).ShouldBe(plain);
        NumberText.AreEqual(Encoding.ASCII.GetBytes(number), output.Written).ShouldBeTrue();
    }

    [Theory]
    [InlineData("1e200001")]
    [InlineData("1e-200001")]
    [InlineData("1e99999999999999999999")]
    public void An_exponent_past_the_limit_is_not_written_out(string number) =>
        NumberText.TryWritePlain(Encoding.ASCII.GetBytes(number), new ByteWriter()).ShouldBeFalse();

    [Theory]
    [InlineData("1", "1.0", true)]
    [InlineData("1.10", "1.1", true)]
    [InlineData("100", "1e2", true)]
    [InlineData("0.001", "1E-3", true)]
    [InlineData("12.3e1", "123", true)]
    [InlineData("0", "0.00e7", true)]
    [InlineData("0", "-0", false)]
    [InlineData("1", "-1", false)]
    [InlineData("1", "10", false)]
    [InlineData("1.01", "1.1", false)]
    [InlineData("105", "15", false)]
    [InlineData("1.05", "10.5", false)]
    [InlineData("123456789012345678901234567890.1", "123456789012345678901234567890.2", false)]
    public void Numbers_are_equal_by_value(string left, string right, bool equal)
    {
        NumberText.AreEqual(Encoding.ASCII.GetBytes(left), Encoding.ASCII.GetBytes(right)).ShouldBe(equal);
        NumberText.AreEqual(Encoding.ASCII.GetBytes(right), Encoding.ASCII.GetBytes(left)).ShouldBe(equal);
    }
}
