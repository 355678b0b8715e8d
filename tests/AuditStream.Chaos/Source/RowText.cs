using System.Globalization;

namespace AuditStream.Chaos.Source;

/// <summary>A row's columns at one of its versions: a function of nothing else, so that no row has to be remembered.</summary>
internal static class RowText
{
    private const int MaxPadding = 400;

    /// <summary>The row as JSON, members in the order of their names.</summary>
    internal static string Of(int table, int row, int version) => string.Create(CultureInfo.InvariantCulture,
        $"{{\"amount\":{(row * 7919L) + (version * 104_729L)},\"id\":{row},\"note\":\"{table}.{row}.{version} {Padding(row, version)}\",\"version\":{version}}}");

    /// <summary>What a source sends in place of a row of which it tells the key alone.</summary>
    internal static string KeyOnly(int row) => string.Create(CultureInfo.InvariantCulture, $"{{\"amount\":0,\"id\":{row},\"note\":\"\",\"version\":0}}");

    private static string Padding(int row, int version) => new((char)('a' + (version % 26)), ((row * 31) + (version * 17)) % MaxPadding);
}
