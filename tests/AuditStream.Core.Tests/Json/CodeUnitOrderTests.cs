using System.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Tests.Json;

public sealed class CodeUnitOrderTests
{
    [Fact]
    public void Bytes_are_ordered_as_their_code_units_are()
    {
        string[] names =
        [
            "", "a", "ab", "b", "Z", "é", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffee", "\uffff",
            "𐀀", "𝄞", "\U0010ffff", "a𝄞", "a\uffee",
        ];
        foreach (var left in names)
        {
            foreach (var right in names)
            {
                var order = CodeUnitOrder.Compare(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
                Math.Sign(order).ShouldBe(Math.Sign(string.CompareOrdinal(left, right)), $"{left} {right}");
            }
        }
    }
}
