using System.CommandLine;
using AuditStream.App.Configuration;

namespace AuditStream.App.CommandLine;

/// <summary>The options that name the configuration; every verb that needs one has them.</summary>
public sealed class ConfigurationArguments
{
    private readonly Option<string?> config = new("--config")
    {
        Description = "The configuration file. Not given: appsettings.json in the working directory, if it is there.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> set = new("--set")
    {
        Description = "One setting; wins over the file and over AUDITSTREAM__ variables. May be repeated.",
        HelpName = "Key:Path=value",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(config);
        command.Add(set);
    }

    /// <summary>Reads and checks the configuration of a verb that reads no raw topics: none need to be named.</summary>
    /// <exception cref="ConfigurationException">Something is wrong with it.</exception>
    public AuditStreamOptions ReadForMigrate(ParseResult arguments) => Read(arguments, "Roles=sink");

    /// <summary>Reads and checks the configuration.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="more">Further settings as <c>Key:Path=value</c>, which win.</param>
    /// <exception cref="ConfigurationException">Something is wrong with it.</exception>
    public AuditStreamOptions Read(ParseResult arguments, params IReadOnlyList<string> more) =>
        Load(arguments, more).Options;

    /// <summary>As <see cref="Read"/>, with the origin of every setting.</summary>
    /// <exception cref="ConfigurationException">Something is wrong with it.</exception>
    public LoadedConfiguration Load(ParseResult arguments, params IReadOnlyList<string> more) =>
        ConfigurationReader.Load(arguments.GetValue(config), [.. arguments.GetValue(set) ?? [], .. more]);
}
