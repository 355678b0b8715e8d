using System.Security.Cryptography;
using System.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>The forms in which a connector writes its placeholder (<c>unavailable.value.placeholder</c>) for a value that the source
/// withheld.</summary>
/// <remarks>
/// <code>
/// column                        form, here for the placeholder "ab"
/// text, json, xml, bytea (hex)  "ab"
/// bytea, bytes and base64       "YWI="
/// bytea, hex, as read in source "6162"
/// text[], json[]                ["ab"]
/// bytea[]                       ["YWI="]
/// int[], bigint[], date[]       [97,98]
/// uuid[]                        ["187ef443-6122-31cc-ae2f-40dc24f5ac58"]   (version 3, of the text)
/// hstore                        {"ab":"ab"}, or that as a JSON string
/// </code>
/// A placeholder of the form <c>hex:6162</c> stands for the bytes.
/// </remarks>
internal sealed class PlaceholderSet
{
    /// <summary>The longest form that is looked for in a pretty-printed value, in bytes.</summary>
    public const int MaxPackedBytes = 4_096;

    private const string HexPrefix = "hex:";
    private readonly byte[][] forms;
    private readonly int longest;
    private readonly bool[] lengths;

    /// <summary>Makes the forms of a placeholder; an empty one stands for nothing.</summary>
    public PlaceholderSet(string placeholder)
    {
        forms = placeholder.Length == 0 ? [] : Forms(placeholder);
        longest = forms.Length == 0 ? 0 : forms.Max(form => form.Length);
        lengths = new bool[longest + 1];
        foreach (var form in forms)
            lengths[form.Length] = true;
    }

    /// <summary>True when a value is the placeholder in one of its forms.</summary>
    public bool Holds(ReadOnlySpan<byte> text, in JsonSlice slice)
    {
        if (slice.Token < JsonToken.String)
            return false;
        if ((slice.Flags & JsonTextFlags.Blank) != 0)
            return HoldsWithoutBlanks(slice.Of(text));
        return slice.Length <= longest && lengths[slice.Length] && IsForm(slice.Of(text));
    }

    private bool HoldsWithoutBlanks(ReadOnlySpan<byte> value)
    {
        // A pretty-printed array: four times the longest form is more than any printer makes of it.
        if (value.Length > 4 * longest || longest > MaxPackedBytes)
            return false;
        Span<byte> packed = stackalloc byte[longest];
        var length = 0;
        foreach (var letter in value)
        {
            if (letter is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                continue;
            if (length == longest)
                return false;
            packed[length++] = letter;
        }

        return IsForm(packed[..length]);
    }

    private bool IsForm(ReadOnlySpan<byte> value)
    {
        foreach (var form in forms)
        {
            if (value.SequenceEqual(form))
                return true;
        }

        return false;
    }

    private static byte[][] Forms(string placeholder)
    {
        var bytes = placeholder.StartsWith(HexPrefix, StringComparison.Ordinal) && TryHex(placeholder[HexPrefix.Length..], out var given)
            ? given
            : Encoding.UTF8.GetBytes(placeholder);
        var content = new ByteWriter(256);
        JsonText.Escape(bytes, content);
        var text = Encoding.UTF8.GetString(content.Written);
        var base64 = Convert.ToBase64String(bytes);
        var map = $"{{\"{text}\":\"{text}\"}}";
        var quotedMap = Encoding.UTF8.GetString(JsonText.Quote(map));
        string[] all =
        [
            $"\"{text}\"", $"\"{base64}\"", $"\"{base64.Replace('+', '-').Replace('/', '_')}\"",
            $"\"{Convert.ToHexStringLower(bytes)}\"", $"[\"{text}\"]", $"[\"{base64}\"]", $"[{string.Join(',', bytes)}]",
            $"[\"{NameUuid(bytes)}\"]", map, quotedMap,
        ];
        return [.. all.Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
    }

    private static bool TryHex(string digits, out byte[] bytes)
    {
        bytes = digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : [];
        return bytes.Length > 0;
    }

    /// <summary>A version 3 UUID of bare bytes, as Java's <c>UUID.nameUUIDFromBytes</c> makes it.</summary>
    private static Guid NameUuid(byte[] bytes)
    {
        var hash = MD5.HashData(bytes);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x30);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
