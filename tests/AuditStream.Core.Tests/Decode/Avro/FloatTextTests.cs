using System.Globalization;
using System.Text;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Json;

namespace AuditStream.Core.Tests.Decode.Avro;

public sealed class FloatTextTests
{
    private const int Seed = 20_260_102;

    /// <summary>As <c>Double.toString</c> of Java 19 and later.</summary>
    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1.0, "1.0")]
    [InlineData(-12.5, "-12.5")]
    [InlineData(1234567.0, "1234567.0")]
    [InlineData(9999999.0, "9999999.0")]
    [InlineData(10000000.0, "1.0E7")]
    [InlineData(123456789.125, "1.23456789125E8")]
    [InlineData(0.001, "0.001")]
    [InlineData(0.00123, "0.00123")]
    [InlineData(0.000999, "9.99E-4")]
    [InlineData(1e23, "1.0E23")]
    [InlineData(4.9E-324, "4.9E-324")]
    [InlineData(2E-323, "2.0E-323")]
    [InlineData(double.MaxValue, "1.7976931348623157E308")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(double.PositiveInfinity, "\"Infinity\"")]
    [InlineData(double.NegativeInfinity, "\"-Infinity\"")]
    [InlineData(double.NaN, "\"NaN\"")]
    public void A_double_has_the_text_that_java_gives_it(double value, string text)
    {
        var output = new ByteWriter();
        FloatText.Write(value, output);
        Encoding.UTF8.GetString(output.Written).ShouldBe(text);
    }

    [Theory]
    [InlineData(0.1f, "0.1")]
    [InlineData(3.4028235E38f, "3.4028235E38")]
    [InlineData(1.4E-45f, "1.4E-45")]
    [InlineData(16777216f, "1.6777216E7")]
    [InlineData(100f, "100.0")]
    public void A_float_has_the_text_that_java_gives_it(float value, string text)
    {
        var output = new ByteWriter();
        FloatText.Write(value, output);
        Encoding.UTF8.GetString(output.Written).ShouldBe(text);
    }

    [Fact]
    public void Every_text_is_a_number_of_json_and_stands_for_its_value()
    {
        var random = new Random(Seed);
        var output = new ByteWriter();
        for (var round = 0; round < 20_000; round++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (!double.IsFinite(value))
                continue;
            output.Clear();
            FloatText.Write(value, output);
            var text = Encoding.UTF8.GetString(output.Written);
            NumberText.IsNumber(output.Written).ShouldBeTrue(text);
            double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ShouldBe(value);
        }
    }
}
