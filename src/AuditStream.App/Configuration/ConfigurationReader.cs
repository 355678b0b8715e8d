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

    /// <summary>Reads and checks everything; nothing is connected to.</summary>
    /// <param name="file">The file; null reads <see cref="DefaultFile"/> from the working directory if it is there.</param>
    /// <param name="settings">The command line's settings, as <c>Key:Path=value</c>; of two for a key the last counts.</param>
    /// <exception cref="ConfigurationException">Something is wrong: all problems at once.</exception>
    public static AuditStreamOptions Read(string? file, IReadOnlyList<string> settings)
    {
        var problems = new List<ConfigurationProblem>();
        var builder = new ConfigurationBuilder();
        AddFile(builder, file, problems);
        builder.AddEnvironmentVariables(EnvironmentPrefix);
        AddSettings(builder, settings, problems);
        var options = SettingsBinder.Bind(Build(builder, file), problems);
        SettingsRules.Check(options, problems);
        return problems.Count == 0 ? options : throw new ConfigurationException(problems);
    }

    private static void AddFile(ConfigurationBuilder builder, string? file, List<ConfigurationProblem> problems)
    {
        var path = Path.GetFullPath(file ?? DefaultFile);
        if (File.Exists(path))
            builder.AddJsonFile(path, optional: false, reloadOnChange: false);
        else if (file is not null)
            problems.Add(new("--config", $"names {path}, which does not exist"));
    }

    private static void AddSettings(ConfigurationBuilder builder, IReadOnlyList<string> settings, List<ConfigurationProblem> problems)
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
        builder.AddInMemoryCollection(values);
    }

    // Without its file the rest would only be reported as missing: a broken file is the one problem.
    private static IConfiguration Build(ConfigurationBuilder builder, string? file)
    {
        try
        {
            return builder.Build();
        }
        catch (InvalidDataException exception) when (exception.InnerException is FormatException { InnerException: JsonException json })
        {
            throw Unreadable(file, $"is not valid JSON: line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}");
        }
        catch (InvalidDataException)
        {
            throw Unreadable(file, "could not be read: it is not valid JSON, or names a key twice");
        }
    }

    private static ConfigurationException Unreadable(string? file, string message) => new([new(file ?? DefaultFile, message)]);
}
