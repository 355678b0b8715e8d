using System.Security.Cryptography;
using AuditStream.App.Configuration;
using AuditStream.Core.Chain;

namespace AuditStream.App.Identity;

/// <summary>The key of checkpoints in a file: ECDSA P-256, PKCS #8 in PEM.</summary>
public sealed class CheckpointKeyFile : ICheckpointSigner, IDisposable
{
    private const string DefaultName = "auditstream-checkpoint.key";
    private const int MaxFileBytes = 65_536;
    private const int CurveBits = 256;
    private readonly ECDsa key;

    private CheckpointKeyFile(ECDsa key) => this.key = key;

    /// <inheritdoc/>
    public byte[] PublicKey => key.ExportSubjectPublicKeyInfo();

    /// <summary>Where the key of this configuration is, as a full path.</summary>
    public static string PathOf(AuditStreamOptions options) => Path.GetFullPath(
        options.Checkpoint.KeyFile ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(options.Identity.KeyFile)) ?? "", DefaultName));

    /// <summary>Makes a new key, readable by its owner only.</summary>
    /// <exception cref="ConfigurationException">The file is there already, or cannot be made.</exception>
    public static void Create(string path)
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using var stream = new FileStream(path, file);
            using var writer = new StreamWriter(stream);
            writer.WriteLine(made.ExportPkcs8PrivateKeyPem());
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new("Checkpoint:KeyFile", $"names {path}, which cannot be made; name a file in a folder that this user may write to")]);
        }
    }

    /// <summary>Reads a key.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or does not hold a private key.</exception>
    public static CheckpointKeyFile Load(string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Text(path));
            _ = key.ExportParameters(includePrivateParameters: true);
            if (key.KeySize == CurveBits)
                return new CheckpointKeyFile(key);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw NoKey(path);
        }
        key.Dispose();
        throw NoKey(path);
    }

    /// <summary>The public key of a PEM file that holds it, or the private key; DER SubjectPublicKeyInfo.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or holds neither.</exception>
    public static byte[] PublicKeyOf(string path)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Text(path));
            return key.ExportSubjectPublicKeyInfo();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw new ConfigurationException([new("--key", $"names {Path.GetFullPath(path)}, which does not hold a P-256 key in PEM")]);
        }
    }

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> text) => key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    private static string Text(string path) =>
        new FileInfo(path).Length <= MaxFileBytes ? File.ReadAllText(path) : throw new IOException("The file is too long for a key.");

    private static ConfigurationException NoKey(string path) =>
        new([new("Checkpoint:KeyFile", $"names {path}, which does not hold a private P-256 key in PEM that this user can read")]);
}
