using System.Runtime.CompilerServices;

namespace AuditStream.Core.Tests;

/// <summary>Finds files of the repository from the place of this source file.</summary>
internal static class RepositoryRoot
{
    public static string PathOf(string relative, [CallerFilePath] string thisFile = "")
    {
        var folder = new FileInfo(thisFile).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AuditStream.sln")))
            folder = folder.Parent;
        return Path.Combine((folder ?? throw new InvalidOperationException("The sources are not where they were built.")).FullName, relative);
    }
}
