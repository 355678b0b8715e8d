using System.Globalization;
using AuditStream.Core.Protect;
using FsCheck;
using FsCheck.Fluent;

namespace AuditStream.Core.Tests.Properties;

/// <summary>Rows of which every value holds a text that stands nowhere else, and what is to become of each column.</summary>
/// <param name="Rows">The rows; their first column is the key <c>id</c>.</param>
/// <param name="Actions">What to do, by column.</param>
internal sealed record MadeSecrets(MadeRows Rows, FieldAction[] Actions)
{
    private const int MaxColumns = 6;
    private const int NeedleDigits = 12;

    public static Gen<MadeSecrets> All { get; } =
        from count in Gen.Choose(1, MaxColumns)
        from kinds in Gen.ArrayOf(Gen.Choose(0, 3), count)
        from moved in Gen.ArrayOf(Gen.Elements(true, false), count)
        from actions in Gen.ArrayOf(Gen.Elements(FieldAction.Keep, FieldAction.Drop, FieldAction.Mask), count)
        from style in Gen.Choose(0, 11)
        let before = kinds.Select((kind, column) => Value(kind, column, isNew: false)).ToArray()
        let after = kinds.Select((kind, column) => Value(kind, column, isNew: moved[column] && column > 0)).ToArray()
        select new MadeSecrets(new MadeRows([.. kinds.Select((_, column) => NameOf(column))], before, after, style), actions);

    /// <summary>The rules that say so: one hides by a pattern, in letters of another case.</summary>
    public ProtectRule[] Rules =>
    [
        .. Actions.Select((action, column) => new ProtectRule { Table = "*", Column = action == FieldAction.Keep ? NameOf(column) : Pattern(column), Action = action }),
    ];

    /// <summary>What may stand nowhere.</summary>
    public IEnumerable<string> Hidden => Needles(action => action != FieldAction.Keep);

    /// <summary>What must stand somewhere after the change.</summary>
    public IEnumerable<string> Shown => Actions.Select((action, column) => (action, column)).Where(one => one.action == FieldAction.Keep)
        .Select(one => Needle(one.column, Rows.After[one.column].ToString().Contains(Needle(one.column, isNew: true), StringComparison.Ordinal)));

    public static IEnumerable<MadeSecrets> Shrink(MadeSecrets secrets)
    {
        var (rows, actions) = secrets;
        if (rows.Style > 0)
            yield return secrets with { Rows = rows with { Style = 0 } };
        if (actions.Length > 1)
        {
            yield return new MadeSecrets(
                rows with { Names = rows.Names[..^1], Before = rows.Before[..^1], After = rows.After[..^1] }, actions[..^1]);
        }

        for (var column = 0; column < actions.Length; column++)
        {
            if (actions[column] != FieldAction.Keep)
                yield return secrets with { Actions = [.. actions[..column], FieldAction.Keep, .. actions[(column + 1)..]] };
        }
    }

    public override string ToString() => $"{string.Join(',', Actions)}: {Rows}";

    private static string NameOf(int column) => column == 0 ? "id" : $"col_{(char)('a' + column)}";

    private static string Pattern(int column) => column == 0 ? "ID" : $"*_{(char)('A' + column)}";

    /// <summary>A number in whose digits nothing else is written.</summary>
    private static string Needle(int column, bool isNew) =>
        (734_191_826_500L + 10 * column + (isNew ? 1 : 0)).ToString(new string('0', NeedleDigits), CultureInfo.InvariantCulture);

    private static MadeJson Value(int kind, int column, bool isNew)
    {
        var needle = Needle(column, isNew);
        return kind switch
        {
            _ when column == 0 => MadeJson.Number(needle),
            0 => MadeJson.Number(needle),
            1 => MadeJson.String($"x{needle} y"),
            2 => MadeJson.String($"{{\"n\":\"{needle}\"}}"),
            _ => MadeJson.String($"z\u001f{needle}w\ud834\udd1e"),
        };
    }

    private IEnumerable<string> Needles(Func<FieldAction, bool> isOne) =>
        Actions.SelectMany((action, column) => isOne(action) ? (string[])[Needle(column, isNew: false), Needle(column, isNew: true)] : []);
}
