using System.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Tests.Json;

public sealed class JsonTreeTests
{
    [Fact]
    public void A_tree_lists_every_value_before_its_content()
    {
        var text = "{\"a\":[1,[],\"x\"],\"b\":null}"u8;
        var tree = new JsonTree();
        tree.ReadWhole(text, out _).ShouldBe(JsonFault.None);
        var shown = new List<string>();
        foreach (ref readonly var node in tree.Nodes)
            shown.Add($"{node.Token}:{Encoding.UTF8.GetString(node.Slice.Of(text))}:{node.Count}:{node.Next}");
        shown.ShouldBe(
        [
            "Object:{\"a\":[1,[],\"x\"],\"b\":null}:2:6", "Array:[1,[],\"x\"]:3:5", "Number:1:0:3", "Array:[]:0:4",
            "String:\"x\":0:5", "Null:null:0:6",
        ]);
        tree.Depth.ShouldBe(3);
    }

    [Theory]
    [InlineData("", JsonFault.Truncated)]
    [InlineData("[", JsonFault.Truncated)]
    [InlineData("[1", JsonFault.Truncated)]
    [InlineData("[1,", JsonFault.Truncated)]
    [InlineData("{\"a\":1", JsonFault.Truncated)]
    [InlineData("[1 2]", JsonFault.Malformed)]
    [InlineData("[,]", JsonFault.Malformed)]
    [InlineData("{\"a\"}", JsonFault.Malformed)]
    [InlineData("{1:2}", JsonFault.Malformed)]
    [InlineData("[1]]", JsonFault.Malformed)]
    [InlineData("1 1", JsonFault.Malformed)]
    [InlineData("-", JsonFault.Truncated)]
    [InlineData("1e+", JsonFault.Truncated)]
    [InlineData(".5", JsonFault.Malformed)]
    [InlineData("tru", JsonFault.Truncated)]
    [InlineData("trux", JsonFault.Malformed)]
    [InlineData(" [ { } , -0.5e-3 , true ] ", JsonFault.None)]
    public void A_text_is_one_value_or_has_a_fault(string text, JsonFault fault) =>
        new JsonTree().ReadWhole(Encoding.UTF8.GetBytes(text), out _).ShouldBe(fault);

    [Fact]
    public void A_kept_tree_has_a_depth_and_a_passed_over_one_has_none()
    {
        var deepest = Nested(JsonTree.MaxKeptDepth);
        new JsonTree().ReadWhole(deepest, out _).ShouldBe(JsonFault.None);
        var deeper = Nested(JsonTree.MaxKeptDepth + 1);
        new JsonTree().ReadWhole(deeper, out _).ShouldBe(JsonFault.TooDeep);
        var tree = new JsonTree();
        var position = 0;
        var deep = Nested(1_000_000);
        tree.Read(deep, ref position, keep: false).ShouldBe(JsonFault.None);
        (position, tree.Depth).ShouldBe((deep.Length, 1_000_000));
    }

    private static byte[] Nested(int depth) => Encoding.ASCII.GetBytes(new string('[', depth) + new string(']', depth));
}
