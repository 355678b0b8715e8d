using FsCheck;
using FsCheck.Fluent;

namespace AuditStream.Core.Tests.Properties;

/// <summary>A row before and after an update: the same columns, some of them with other values.</summary>
internal sealed record MadeRows(string[] Names, MadeJson[] Before, MadeJson[] After, int Style)
{
    /// <summary>What changed, by meaning, in the order of the names' code units.</summary>
    public string[] Changed => [.. Names.Where((_, column) => !Before[column].IsSameAs(After[column])).Order(StringComparer.Ordinal)];

    /// <summary>Rows with values of one kind.</summary>
    public static Gen<MadeRows> Of(Gen<MadeJson> values, Gen<string> names) =>
        from all in Gen.ArrayOf(names, 5).Select(some => some.Distinct(StringComparer.Ordinal).ToArray())
        from before in Gen.ArrayOf(values, all.Length)
        from others in Gen.ArrayOf(values, all.Length)
        from changes in Gen.ArrayOf(Gen.Choose(0, 2), all.Length)
        from style in Gen.Choose(0, 11)
        select new MadeRows(all, before, [.. before.Select((value, column) => changes[column] == 0 ? others[column] : value)], style);

    public static IEnumerable<MadeRows> Shrink(MadeRows rows)
    {
        if (rows.Style > 0)
            yield return rows with { Style = 0 };
        for (var column = 0; column < rows.Names.Length; column++)
        {
            if (rows.Names.Length > 1)
            {
                yield return rows with
                {
                    Names = Without(rows.Names, column), Before = Without(rows.Before, column), After = Without(rows.After, column),
                };
            }

            foreach (var simpler in MadeJson.Shrink(rows.Before[column]))
                yield return rows with { Before = With(rows.Before, column, simpler) };
            foreach (var simpler in MadeJson.Shrink(rows.After[column]))
                yield return rows with { After = With(rows.After, column, simpler) };
        }
    }

    /// <summary>A row as JSON.</summary>
    public string Row(MadeJson[] values) => new MadeJson('{', "", values, Names).Written(Style);

    public override string ToString() => $"before {Row(Before)} after {Row(After)}";

    private static T[] Without<T>(T[] all, int at) => [.. all[..at], .. all[(at + 1)..]];

    private static T[] With<T>(T[] all, int at, T value) => [.. all[..at], value, .. all[(at + 1)..]];
}
