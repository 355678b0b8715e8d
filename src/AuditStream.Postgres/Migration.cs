using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AuditStream.Postgres;

/// <summary>One numbered SQL file of the audit tables.</summary>
/// <param name="Number">The file name's first three digits.</param>
/// <param name="Name">The file name.</param>
/// <param name="Sql">Its text, with LF line ends.</param>
public sealed record Migration(int Number, string Name, string Sql)
{
    private const string Prefix = "audit-table/";
    private const int DigitsInName = 3;
    private const int First = 0;
    private const int Last = 999;

    /// <summary>False for the files that run every time, the first and the last.</summary>
    internal bool RunsOnce => Number is not (First or Last);

    /// <summary>SHA-256 of the text in UTF-8, 32 bytes: what ran must not change afterwards.</summary>
    public byte[] Checksum => SHA256.HashData(Encoding.UTF8.GetBytes(Sql));

    /// <summary>The files in this program, by number. The first (000) and the last (999) run every time; what is between runs
    /// once.</summary>
    public static IReadOnlyList<Migration> Embedded()
    {
        var assembly = typeof(Migration).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)
                    ?? throw new InvalidOperationException($"The embedded file {name} cannot be read.");
                using var reader = new StreamReader(stream, Encoding.UTF8);
                var file = name[Prefix.Length..];
                var number = int.Parse(file.AsSpan(0, DigitsInName), NumberStyles.None, CultureInfo.InvariantCulture);
                return new Migration(number, file, reader.ReadToEnd().ReplaceLineEndings("\n"));
            })
            .OrderBy(migration => migration.Number)];
    }
}
