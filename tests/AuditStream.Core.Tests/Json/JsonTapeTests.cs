using System.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Tests.Json;

public sealed class JsonTapeTests
{
    [Fact]
    public void Two_levels_are_on_the_tape_and_deeper_values_are_spans()
    {
        var text = "x{ \"a\" : {\"x\":1, \"y\":[2,{\"z\":{}}] } ,\"b\":\"\\n\",\"c\":{}}y"u8;
        var tape = new JsonTape();
        var position = 1;
        tape.Read(text, ref position).ShouldBe(JsonFault.None);
        text[position].ShouldBe((byte)'y');
        Names(text, tape.Outer).ShouldBe("a b c");
        var children = tape.ChildrenOf(tape.Outer[0]);
        Names(text, children).ShouldBe("x y");
        Encoding.UTF8.GetString(children[1].Slice.Of(text)).ShouldBe("[2,{\"z\":{}}]");
        (children[1].Token, children[1].Depth, children[1].Flags).ShouldBe((JsonToken.Array, 3, JsonTextFlags.Members));
        tape.Outer[1].Flags.ShouldBe(JsonTextFlags.Escape);
        tape.ChildrenOf(tape.Outer[1]).Length.ShouldBe(0);
        (tape.Outer[2].Token, tape.Outer[2].ChildCount).ShouldBe((JsonToken.Object, 0));
    }

    [Theory]
    [InlineData(JsonTape.MaxMembers, JsonFault.None)]
    [InlineData(JsonTape.MaxMembers + 1, JsonFault.TooManyMembers)]
    public void An_object_has_a_largest_number_of_members(int count, JsonFault expected)
    {
        var text = Encoding.UTF8.GetBytes($"{{{string.Join(',', Enumerable.Range(0, count).Select(member => $"\"{member}\":0"))}}}");
        var position = 0;
        new JsonTape().Read(text, ref position).ShouldBe(expected);
    }

    [Theory]
    [InlineData(JsonTape.MaxNameBytes, JsonFault.None)]
    [InlineData(JsonTape.MaxNameBytes + 1, JsonFault.NameTooLong)]
    public void A_name_has_a_largest_length(int length, JsonFault expected)
    {
        var position = 0;
        new JsonTape().Read(Encoding.UTF8.GetBytes($"{{\"{new string('n', length)}\":0}}"), ref position).ShouldBe(expected);
    }

    private static string Names(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members)
    {
        var names = new List<string>();
        foreach (var member in members)
            names.Add(Encoding.UTF8.GetString(member.NameOf(text)));
        return string.Join(' ', names);
    }
}
