using System.CommandLine;
using AuditStream.App.Configuration;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream config</c>: what can be configured, and what is.</summary>
public static class ConfigVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var config = new VerbCommand("config", "Lists the settings, or shows the ones in force.",
            "auditstream config keys", "auditstream config show --config appsettings.json");
        config.Add(Keys());
        config.Add(Show());
        return config;
    }

    private static VerbCommand Keys()
    {
        var keys = new VerbCommand("keys", "Lists every setting with its type, default and meaning.", "auditstream config keys");
        keys.SetAction(arguments =>
        {
            var output = arguments.InvocationConfiguration.Output;
            foreach (var key in ConfigurationCatalog.All)
            {
                output.WriteLine(key.Path);
                output.WriteLine($"    {key.Doc}");
                output.WriteLine($"    {key.Type}; default: {(key.Default.Length == 0 ? "none" : key.Default)}");
            }
            return ExitCode.Done;
        });
        return keys;
    }

    private static VerbCommand Show()
    {
        var configuration = new ConfigurationArguments();
        var show = new VerbCommand("show", "Checks the configuration and prints every setting in force; secrets are hidden.",
            "auditstream config show", "auditstream config show --config audit.json --set Streams:Threads=2");
        configuration.AddTo(show);
        show.SetAction(arguments =>
        {
            var output = arguments.InvocationConfiguration.Output;
            var options = configuration.Read(arguments);
            foreach (var setting in EffectiveSettings.List(options).Where(setting => setting.Value is not null))
                output.WriteLine($"{setting.Path} = {(setting.IsSensitive ? "(hidden)" : setting.Value)}");
            output.WriteLine($"config hash = {EffectiveSettings.NormalizerHash(options)}");
            return ExitCode.Done;
        });
        return show;
    }
}
