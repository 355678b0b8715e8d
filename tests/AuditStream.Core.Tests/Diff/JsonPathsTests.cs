using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuditStream.Core.Diff;

namespace AuditStream.Core.Tests.Diff;

public sealed class JsonPathsTests
{
    private readonly JsonPaths paths = new();

    [Theory]
    [InlineData("""{"a":{"b":1,"c":[1,2]}}""", """{"a":{"b":2,"c":[1]},"d":null}""",
        """[{"new":2,"old":1,"path":"/a/b"},{"old":2,"path":"/a/c/1"},{"new":null,"path":"/d"}]""")]
    [InlineData("""{"a":1}""", """{"a":1}""", "[]")]
    [InlineData("""{"a":1.0,"b":[1e2]}""", """{"a":1,"b":[100]}""", "[]")]
    [InlineData("""{"a":"1"}""", """{"a":1}""", """[{"new":1,"old":"1","path":"/a"}]""")]
    [InlineData("""{"a":null}""", """{}""", """[{"old":null,"path":"/a"}]""")]
    [InlineData("""{"a":{}}""", """{"a":[]}""", """[{"new":[],"old":{},"path":"/a"}]""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":1}""", """[{"new":1,"old":{"b":1},"path":"/a"}]""")]
    [InlineData("""[1,[2,3]]""", """[1,[2,4],5]""", """[{"new":4,"old":3,"path":"/1/1"},{"new":5,"path":"/2"}]""")]
    [InlineData("""{"":1,"a/b":{"m~n":1}}""", """{"":2,"a/b":{"m~n":2}}""",
        """[{"new":2,"old":1,"path":"/"},{"new":2,"old":1,"path":"/a~1b/m~0n"}]""")]
    [InlineData("""{"\"q":1,"\\":1}""", """{"\"q":2,"\\":1}""", """[{"new":2,"old":1,"path":"/\"q"}]""")]
    public void What_differs_is_listed_by_pointer(string old, string now, string list) => List(old, now).ShouldBe(list);

    [Fact]
    public void Names_are_paired_in_the_order_of_their_code_units_whatever_their_escapes()
    {
        // Escaped, the quote would come behind the number sign.
        List("""{"\"":1,"#":1,"z":1}""", """{"#":1,"z":1}""").ShouldBe("""[{"old":1,"path":"/\""}]""");
        // In UTF-16 the emoji comes before U+FF01, in UTF-8 behind it.
        List("{\"😀\":1,\"！\":1}", "{\"！\":1}").ShouldBe("[{\"old\":1,\"path\":\"/😀\"}]");
    }

    [Fact]
    public void A_document_in_a_text_is_read_as_the_document()
    {
        List("\"{ \\\"b\\\": 1, \\\"a\\\": [1] }\"", "\"{\\\"a\\\":[1],\\\"b\\\":2}\"").ShouldBe("""[{"new":2,"old":1,"path":"/b"}]""");
        List("\"{\\\"a\\\": 1}\"", "{\"a\":1}").ShouldBe("[]");
    }

    [Theory]
    [InlineData("1", "2")]
    [InlineData("\"text\"", "\"other\"")]
    [InlineData("\"5\"", "{}")]
    [InlineData("{}", "[]")]
    [InlineData("\"***\"", "\"***\"")]
    [InlineData("\"\"", "{}")]
    [InlineData("\"{\\\"a\\\":\"", "{}")]
    [InlineData("\"{\\\"a\\\":1,\\\"a\\\":2}\"", "{}")]
    [InlineData("true", "null")]
    public void What_is_no_two_documents_of_one_kind_is_not_compared(string old, string now)
    {
        paths.TryCompare(Encoding.UTF8.GetBytes(old), Encoding.UTF8.GetBytes(now)).ShouldBeFalse();
        paths.TryCompare(Encoding.UTF8.GetBytes(now), Encoding.UTF8.GetBytes(old)).ShouldBeFalse();
    }

    [Fact]
    public void Below_the_deepest_level_a_difference_is_that_of_the_whole_value()
    {
        string Nested(int depth, string value) => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + value + new string('}', depth);
        var at = string.Concat(Enumerable.Repeat("/a", JsonPaths.MaxDepth));
        List(Nested(JsonPaths.MaxDepth, "1"), Nested(JsonPaths.MaxDepth, "2")).ShouldBe($$"""[{"new":2,"old":1,"path":"{{at}}"}]""");
        List(Nested(JsonPaths.MaxDepth + 1, "1"), Nested(JsonPaths.MaxDepth + 1, "2")).ShouldBe($$$"""[{"new":{"a":2},"old":{"a":1},"path":"{{{at}}}"}]""");
        List(Nested(JsonPaths.MaxDepth + 1, "1.0"), Nested(JsonPaths.MaxDepth + 1, "1")).ShouldBe("[]");
    }

    [Fact]
    public void The_list_ends_at_its_limits_and_says_so()
    {
        string Array(int count, string value) => "[" + string.Join(',', Enumerable.Repeat(value, count)) + "]";
        List(Array(JsonPaths.MaxPaths, "1"), Array(JsonPaths.MaxPaths, "2"));
        paths.IsWhole.ShouldBeTrue();
        var list = List(Array(JsonPaths.MaxPaths + 1, "1"), Array(JsonPaths.MaxPaths + 1, "2"));
        paths.IsWhole.ShouldBeFalse();
        JsonSerializer.Deserialize<JsonElement>(list).GetArrayLength().ShouldBe(JsonPaths.MaxPaths);
        var half = "\"" + new string('x', JsonPaths.MaxListBytes / 2) + "\"";
        List($"[1,{half}]", $"[2,{half.Replace('x', 'y')}]").ShouldBe("""[{"new":2,"old":1,"path":"/0"}]""");
        paths.IsWhole.ShouldBeFalse();
        List("[1]", "[2]");
        paths.IsWhole.ShouldBeTrue();
        var large = "{\"a\":\"" + new string('x', JsonPaths.MaxDocumentBytes) + "\"}";
        paths.TryCompare(Encoding.UTF8.GetBytes(large), "{}"u8).ShouldBeFalse();
    }

    [Fact]
    public void The_list_applied_to_the_old_document_gives_the_new_one()
    {
        var random = new Random(20_260_301);
        for (var round = 0; round < 400; round++)
        {
            var (old, now) = (Document(random, 0), Document(random, 0));
            if (!paths.TryCompare(Canonical(old), Canonical(now)))
                continue;
            var patched = old.DeepClone();
            // From the back, so that elements that went do not move those that are still to go.
            foreach (var difference in JsonSerializer.Deserialize<JsonElement>(paths.List).EnumerateArray().Reverse())
                Apply(patched, difference);
            foreach (var difference in JsonSerializer.Deserialize<JsonElement>(paths.List).EnumerateArray().Where(IsNew))
                Apply(patched, difference);
            if (paths.IsWhole)
                JsonNode.DeepEquals(patched, now).ShouldBeTrue($"{old.ToJsonString()} {now.ToJsonString()} {Encoding.UTF8.GetString(paths.List)}");
        }
    }

    private static bool IsNew(JsonElement difference) => !difference.TryGetProperty("old", out _);

    private static void Apply(JsonNode root, JsonElement difference)
    {
        var names = difference.GetProperty("path").GetString().ShouldNotBeNull().Split('/')[1..]
            .Select(name => name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
        var at = names[..^1].Aggregate(root, (node, name) => (node is JsonArray array ? array[int.Parse(name, null)] : node[name]).ShouldNotBeNull());
        var value = difference.TryGetProperty("new", out var now) ? JsonNode.Parse(now.GetRawText()) : null;
        var goes = !difference.TryGetProperty("new", out _);
        if (at is JsonObject members)
        {
            members.Remove(names[^1]);
            if (!goes)
                members.Add(names[^1], value);
            return;
        }

        var elements = at.AsArray();
        var index = int.Parse(names[^1], null);
        if (goes)
            elements.RemoveAt(index);
        else if (index < elements.Count)
            elements[index] = value;
        else if (index == elements.Count)
            elements.Add(value);
    }

    private static JsonNode Document(Random random, int depth)
    {
        if (depth > 0 && (depth > 4 || random.Next(3) == 0))
            return JsonValue.Create(random.Next(3));
        if (random.Next(2) == 0)
            return new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Document(random, depth + 1))]);
        var names = new[] { "a", "b/c", "~", "\"", "#", "😀", "！" }.Where(_ => random.Next(2) == 0);
        return new JsonObject(names.Select(name => KeyValuePair.Create<string, JsonNode?>(name, Document(random, depth + 1))));
    }

    // Through a text, which is put in canonical order.
    private static byte[] Canonical(JsonNode node) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(node.ToJsonString()));

    private string List(string old, string now)
    {
        paths.TryCompare(Encoding.UTF8.GetBytes(old), Encoding.UTF8.GetBytes(now)).ShouldBeTrue();
        return Encoding.UTF8.GetString(paths.List);
    }
}
