using System.Data.Common;
using System.Text.RegularExpressions;

namespace AuditStream.App.Configuration;

/// <summary>Shows settings without their secrets.</summary>
public static partial class HiddenSecrets
{
    /// <summary>What stands for a secret.</summary>
    public const string Hidden = "(hidden)";

    // Parts of librdkafka names whose values are, or may hold, a secret.
    private static readonly string[] secretNames =
        ["password", "passphrase", "secret", "token", ".pem", "oauthbearer.config", "oauthbearer.extensions", "kinit.cmd", "assertion"];

    // Parts of a connection string that a person needs in order to see where it leads; whatever else there is stays hidden.
    private static readonly string[] plainConnectionParts =
        ["host", "server", "port", "database", "db", "username", "user id", "uid", "user", "ssl mode", "sslmode", "root certificate", "search path",
         "target session attributes", "load balance hosts", "timezone", "pooling", "maximum pool size", "minimum pool size"];

    /// <summary>The value as it may be shown; null for none.</summary>
    public static string? Show(EffectiveSetting setting) => setting switch
    {
        { Value: null } => null,
        { IsSensitive: false } => UserOfAddress().Replace(setting.Value, $"://{Hidden}@"),
        _ when setting.Path.EndsWith("ConnectionString", StringComparison.Ordinal) => ConnectionString(setting.Value),
        _ when setting.Path.StartsWith("Kafka:Client:", StringComparison.Ordinal) => ClientSetting(setting.Path, setting.Value),
        _ => Hidden,
    };

    // https://user:password@host
    [GeneratedRegex("://[^/@]+@")]
    private static partial Regex UserOfAddress();

    private static string ClientSetting(string path, string value) =>
        secretNames.Any(part => path.Contains(part, StringComparison.OrdinalIgnoreCase)) || value.Contains('@', StringComparison.Ordinal) ? Hidden : value;

    private static string ConnectionString(string value)
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = value };
            return string.Join(';', parts.Keys.Cast<string>().Select(name => $"{name}={(plainConnectionParts.Contains(name) ? parts[name] : Hidden)}"));
        }
        catch (ArgumentException)
        {
            return Hidden; // whatever it is, it is no connection string
        }
    }
}
