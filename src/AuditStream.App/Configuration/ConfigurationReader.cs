using System.Collections;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace AuditStream.App.Configuration;

/// <summary>Reads the configuration: file, then environment (<c>AUDITSTREAM__…</c>), then command line; the later wins.</summary>
public static class ConfigurationReader
{
    /// <summary>The file that is read when none is named, if it is there.</summary>
    public const string DefaultFile = "appsettings.json";

    /// <summary>What a variable's name begins with; two underscores stand between the parts of a key.</summary>
    public const string EnvironmentPrefix = "AUDITSTREAM__";

    private const string NearPrefix = "AUDITSTREAM_";
    private const int MaxFileBytes = 4_194_304;
    private static readonly byte[] byteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>Reads and checks everything; nothing is connected to.</summary>
    /// <param name="file">The file; null reads <see cref="DefaultFile"/> from the working directory if it is there.</param>
    /// <param name="settings">The command line's settings, as <c>Key:Path=value</c>; of two for a key the last counts.</param>
    /// <exception cref="ConfigurationException">Something is wrong: all problems at once.</exception>
    public static AuditStreamOptions Read(string? file, IReadOnlyList<string> settings) => Load(file, settings).Options;

    /// <summary>As <see cref="Read"/>, with the origin of every setting.</summary>
    /// <exception cref="ConfigurationException">Something is wrong: all problems at once.</exception>
    public static LoadedConfiguration Load(string? file, IReadOnlyList<string> settings)
    {
        var problems = new List<ConfigurationProblem>();
        List<(SettingSource Source, IConfigurationProvider Provider, Func<string, string> Place)> sources = [];
        if (FromFile(file, problems) is var (fileProvider, place))
            sources.Add((SettingSource.File, fileProvider, place));
        sources.Add((SettingSource.Environment, FromEnvironment(problems), Variable));
        sources.Add((SettingSource.CommandLine, FromCommandLine(settings, problems), _ => ""));
        using var root = new ConfigurationRoot([.. sources.Select(source => source.Provider)]);
        var origins = new SettingOrigins();
        foreach (var source in sources)
            origins.Add(source.Source, source.Provider, source.Place);
        var options = SettingsBinder.Bind(root, problems);
        SettingsRules.Check(options, problems);
        return problems.Count == 0
            ? new LoadedConfiguration(options, origins)
            : throw new ConfigurationException([.. problems.Select(problem => problem with { Origin = OriginOf(problem, origins) })]);
    }

    // Whoever has typed a setting knows where.
    private static string? OriginOf(ConfigurationProblem problem, SettingOrigins origins)
    {
        var places = origins.Find(problem.Key).Where(origin => origin.Source != SettingSource.CommandLine).Select(origin => origin.ToString()).ToArray();
        return places.Length == 0 ? null : string.Join(", ", places);
    }

    private static (IConfigurationProvider Provider, Func<string, string> Place)? FromFile(string? file, List<ConfigurationProblem> problems)
    {
        var path = Path.GetFullPath(file ?? DefaultFile);
        if (!File.Exists(path))
        {
            if (Directory.Exists(path))
                problems.Add(new("--config", $"names {path}, which is a folder"));
            else if (file is not null)
                problems.Add(new("--config", $"names {path}, which does not exist"));
            return null;
        }
        var name = Path.GetFileName(path);
        var bytes = Bytes(path, name);
        var lines = Lines(bytes, name);
        var builder = new ConfigurationBuilder().AddJsonStream(new MemoryStream(bytes));
        return (builder.Sources[0].Build(builder), Place);

        string Place(string key) => lines.Find(key) is { } line ? string.Create(CultureInfo.InvariantCulture, $"{name} line {line}") : name;
    }

    // Without its file the rest would only be reported as missing: a broken file is the one problem.
    private static byte[] Bytes(string path, string name)
    {
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes)
                throw Unreadable(name, $"is larger than {MaxFileBytes} bytes and no configuration file");
            var bytes = File.ReadAllBytes(path);
            return bytes.AsSpan().StartsWith(byteOrderMark) ? bytes[byteOrderMark.Length..] : bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(name, "cannot be read: check that this user may read " + path);
        }
    }

    private static JsonKeyLines Lines(byte[] bytes, string name)
    {
        try
        {
            var lines = new JsonKeyLines(bytes);
            if (lines.Twice is var (key, first, second))
                throw Unreadable(name, string.Create(CultureInfo.InvariantCulture, $"names {key} twice, on line {first} and on line {second}"));
            return lines.IsObject ? lines : throw Unreadable(name, "is not a JSON object with settings in it: { … }");
        }
        catch (JsonException exception)
        {
            throw Unreadable(name, string.Create(CultureInfo.InvariantCulture,
                $"is not valid JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}"));
        }
    }

    private static IConfigurationProvider FromEnvironment(List<ConfigurationProblem> problems)
    {
        var roots = SettingShape.Properties(typeof(AuditStreamOptions)).Select(property => property.Name).ToArray();
        foreach (var name in VariableNames().Where(name => name.StartsWith(NearPrefix, StringComparison.OrdinalIgnoreCase)
            && !name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase)))
        {
            // A variable of another purpose does not begin with the name of a setting.
            var parts = name[NearPrefix.Length..].Split('_', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length > 0 && roots.Contains(parts[0], StringComparer.OrdinalIgnoreCase))
                problems.Add(new(name, $"is not read: two underscores stand between all parts of a name, {EnvironmentPrefix}{string.Join("__", parts)}"));
        }
        var builder = new ConfigurationBuilder().AddEnvironmentVariables(EnvironmentPrefix);
        return builder.Sources[0].Build(builder);
    }

    private static IEnumerable<string> VariableNames() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => (string)entry.Key);

    // As it is spelt in the environment.
    private static string Variable(string key)
    {
        var name = EnvironmentPrefix + key.Replace(":", "__", StringComparison.Ordinal);
        return VariableNames().FirstOrDefault(candidate => candidate.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;
    }

    private static IConfigurationProvider FromCommandLine(IReadOnlyList<string> settings, List<ConfigurationProblem> problems)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in settings)
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                values[setting[..equals].Trim()] = setting[(equals + 1)..];
            else
                problems.Add(new("--set", $"'{setting}' is not of the form Key:Path=value"));
        }
        var builder = new ConfigurationBuilder().AddInMemoryCollection(values);
        return builder.Sources[0].Build(builder);
    }

    private static ConfigurationException Unreadable(string name, string message) => new([new(name, message)]);
}
