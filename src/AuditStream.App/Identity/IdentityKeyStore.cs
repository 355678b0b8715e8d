using AuditStream.App.Configuration;
using AuditStream.Core.Identity;

namespace AuditStream.App.Identity;

/// <summary>Takes the identity key from the configuration or its file, and makes the file once.</summary>
public static class IdentityKeyStore
{
    private const int NewKeyBytes = 32;
    private const int MaxFileBytes = 4_096;

    /// <summary>Whether the configured key is there: given itself, or in its file.</summary>
    public static bool Exists(IdentityOptions options) => options.Key is not null || File.Exists(options.KeyFile);

    /// <summary>Reads the key.</summary>
    /// <exception cref="ConfigurationException">There is none, or the file does not hold one: the message says what to do.</exception>
    public static IdentityKey Load(IdentityOptions options)
    {
        if (options.Key is { } given)
            return Decode(given) ?? throw Problem("Identity:Key", $"is not base64 of {IdentityKey.MinimumBytes} bytes or more");
        var path = Path.GetFullPath(options.KeyFile);
        if (Directory.Exists(path))
            throw Problem("Identity:KeyFile", $"names {path}, which is a folder; name the file in it");
        if (!File.Exists(path))
            throw Problem("Identity:KeyFile", $"names {path}, which does not exist; 'auditstream migrate' makes it for a new store");
        return Decode(Text(path).Trim())
            ?? throw Problem("Identity:KeyFile", $"names {path}, which does not hold base64 of {IdentityKey.MinimumBytes} bytes or more");
    }

    /// <summary>Makes a new random key and writes it to its file, readable by its owner only.</summary>
    /// <returns>The full path of the file.</returns>
    /// <exception cref="ConfigurationException">The file is there already, or cannot be written.</exception>
    public static string Create(IdentityOptions options)
    {
        var path = Path.GetFullPath(options.KeyFile);
        try
        {
            Write(path);
            return path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Problem("Identity:KeyFile", $"names {path}, which cannot be made; name a file in a folder that exists and that this user may write to");
        }
    }

    private static void Write(string path)
    {
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(path, file);
        using var writer = new StreamWriter(stream);
        writer.WriteLine(Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(NewKeyBytes)));
        writer.Flush();
        stream.Flush(flushToDisk: true);
    }

    private static string Text(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxFileBytes
                ? File.ReadAllText(path)
                : throw Problem("Identity:KeyFile", $"names {path}, which has more than {MaxFileBytes} bytes and is no key file");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Problem("Identity:KeyFile", $"names {path}, which this user cannot read; the service's user needs the right to");
        }
    }

    private static IdentityKey? Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) && count is >= IdentityKey.MinimumBytes and <= IdentityKey.MaximumBytes
            ? new IdentityKey(bytes.AsSpan(0, count))
            : null;
    }

    private static ConfigurationException Problem(string key, string message) => new([new(key, message)]);
}
