using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AuditStream.App.Hosting;

/// <summary>Keeps checkpoints as files, one each. Nothing that is there is ever written over: it may be what tells that a store went back in time.</summary>
public static class CheckpointFolder
{
    private const int TokenDigits = 8;

    /// <summary>Keeps one, unless it is there.</summary>
    /// <param name="folder">The folder; made when it is missing.</param>
    /// <param name="number">The checkpoint's number.</param>
    /// <param name="note">The signed note.</param>
    /// <returns>True when another checkpoint of this number is there: both are kept then.</returns>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static bool Keep(string folder, long number, string note)
    {
        Directory.CreateDirectory(folder);
        var name = string.Create(CultureInfo.InvariantCulture, $"checkpoint-{number:D12}");
        var path = Path.Combine(folder, name + ".note");
        var isOther = File.Exists(path) && File.ReadAllText(path) != note;
        if (isOther)
            path = Path.Combine(folder, $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(note)))[..TokenDigits]}.note");
        if (File.Exists(path))
            return isOther;
        // Written beside it first: a reader never sees half of one.
        File.WriteAllText(path + ".part", note);
        File.Move(path + ".part", path);
        return isOther;
    }
}
