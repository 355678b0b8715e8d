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
            "auditstream config keys", "auditstream config show --config appsettings.json", "auditstream config schema > appsettings.schema.json");
        config.Add(Keys());
        config.Add(Show());
        config.Add(Schema());
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

    private static VerbCommand Schema()
    {
        var schema = new VerbCommand("schema", "Prints the JSON Schema of the configuration file, with which editors complete and check it.",
            "auditstream config schema > appsettings.schema.json");
        schema.SetAction(arguments =>
        {
            arguments.InvocationConfiguration.Output.Write(SettingsSchema.Text());
            return ExitCode.Done;
        });
        return schema;
    }

    private static VerbCommand Show()
    {
        var configuration = new ConfigurationArguments();
        var json = new Option<bool>("--json") { Description = "One JSON object: settings with key, value and origin, and the config hash." };
        var show = new VerbCommand("show", "Checks the configuration and prints every setting in force and where it was written; secrets are hidden.",
            "auditstream config show", "auditstream config show --config audit.json --set Streams:Threads=2");
        configuration.AddTo(show);
        show.Add(json);
        show.SetAction(arguments =>
        {
            var output = arguments.InvocationConfiguration.Output;
            var loaded = configuration.Load(arguments);
            if (arguments.GetValue(json))
                WriteJson(loaded, output);
            else
                WriteLines(loaded, output);
            return ExitCode.Done;
        });
        return show;
    }

    private static void WriteLines(LoadedConfiguration loaded, TextWriter output)
    {
        foreach (var setting in EffectiveSettings.List(loaded.Options).Where(setting => setting.Value is not null))
            output.WriteLine($"{setting.Path} = {HiddenSecrets.Show(setting)}  [{string.Join(", ", Origins(loaded, setting.Path))}]");
        output.WriteLine($"config hash = {EffectiveSettings.NormalizerHash(loaded.Options)}");
    }

    private static void WriteJson(LoadedConfiguration loaded, TextWriter output) => JsonDocumentText.Write(output, writer =>
    {
        writer.WriteString("config_hash", EffectiveSettings.NormalizerHash(loaded.Options));
        writer.WriteStartArray("settings");
        foreach (var setting in EffectiveSettings.List(loaded.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("key", setting.Path);
            writer.WriteString("value", HiddenSecrets.Show(setting));
            writer.WriteStartArray("origins");
            foreach (var origin in Origins(loaded, setting.Path))
                writer.WriteStringValue(origin.ToString());
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    private static IReadOnlyList<SettingOrigin> Origins(LoadedConfiguration loaded, string key) =>
        loaded.Origins.Find(key) is { Count: > 0 } found ? found : [SettingOrigin.Default];
}
