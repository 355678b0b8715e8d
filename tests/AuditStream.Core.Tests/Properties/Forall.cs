using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace AuditStream.Core.Tests.Properties;

/// <summary>Checks a property on made cases: the same ones in every run. A failure tells the smallest case that was found to fail.</summary>
/// <remarks>AUDITSTREAM_SEED, a number, makes other cases; AUDITSTREAM_CASES makes so many times as many.</remarks>
internal static class Forall
{
    private const ulong Seed = 20_260_104;

    /// <summary>Checks a property.</summary>
    /// <param name="cases">Makes the cases.</param>
    /// <param name="shrink">The simpler cases next to one.</param>
    /// <param name="count">How many.</param>
    /// <param name="holds">Throws where the property does not hold.</param>
    public static void Of<T>(Gen<T> cases, Func<T, IEnumerable<T>> shrink, int count, Action<T> holds)
    {
        var replay = new Replay(new Rnd(Number("AUDITSTREAM_SEED", Seed)), FSharpOption<int>.None);
        var config = Config.QuickThrowOnFailure.WithQuietOnSuccess(true)
            .WithMaxTest(count * (int)Number("AUDITSTREAM_CASES", 1)).WithReplay(FSharpOption<Replay>.Some(replay));
        FsCheck.Check.One(config, Prop.ForAll(Arb.From(cases, shrink), holds));
    }

    /// <summary>A list's simpler ones: a half of it, all but one of it, or one entry simpler.</summary>
    public static IEnumerable<T[]> Shorter<T>(T[] list, Func<T, IEnumerable<T>>? shrink = null)
    {
        if (list.Length > 3)
        {
            yield return list[..(list.Length / 2)];
            yield return list[(list.Length / 2)..];
        }

        for (var index = 0; index < list.Length; index++)
            yield return [.. list[..index], .. list[(index + 1)..]];
        for (var index = 0; index < list.Length && shrink is not null; index++)
        {
            foreach (var simpler in shrink(list[index]))
                yield return [.. list[..index], simpler, .. list[(index + 1)..]];
        }
    }

    private static ulong Number(string variable, ulong otherwise) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
