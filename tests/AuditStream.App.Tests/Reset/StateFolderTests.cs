using AuditStream.App.Configuration;
using AuditStream.App.Reset;
using AuditStream.Testing;

namespace AuditStream.App.Tests.Reset;

public sealed class StateFolderTests
{
    [Fact]
    public void Only_images_on_disk_have_a_folder()
    {
        using var folder = new TemporaryFolder("state");
        var options = Options(folder);
        StateFolder.Of(options).ShouldBeNull("there is nothing yet");
        Directory.CreateDirectory(folder.At("app", "images", "0"));
        StateFolder.Of(options).ShouldBe(folder.At("app"));
        options.Images.Store = ImageStoreKind.Memory;
        StateFolder.Of(options).ShouldBeNull();
    }

    [Fact]
    public void Stores_go_and_a_folder_that_a_process_has_is_left_alone()
    {
        using var folder = new TemporaryFolder("state");
        Directory.CreateDirectory(folder.At("app", "images", "0"));
        File.WriteAllText(folder.At("app", "images", "0", "CURRENT"), "");
        using (new FileStream(folder.At("app", "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
            Should.Throw<IOException>(() => StateFolder.Empty(folder.At("app")));
        File.Exists(folder.At("app", "images", "0", "CURRENT")).ShouldBeTrue();
        StateFolder.Empty(folder.At("app"));
        Directory.GetDirectories(folder.At("app", "images")).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_no_store_of_a_task_stays()
    {
        using var folder = new TemporaryFolder("state");
        string[] others = [folder.At("app", "backup", "0"), folder.At("app", "images", "0.old"), folder.At("app", "images", "notes"), folder.At("other", "images", "0")];
        foreach (var path in others.Append(folder.At("app", "images", "12")))
            Directory.CreateDirectory(path);
        File.WriteAllText(folder.At("app", "images", "7"), "a file");
        StateFolder.Empty(folder.At("app"));
        others.ShouldAllBe(path => Directory.Exists(path));
        File.Exists(folder.At("app", "images", "7")).ShouldBeTrue();
        Directory.Exists(folder.At("app", "images", "12")).ShouldBeFalse();
    }

    [Fact]
    public void A_folder_that_is_not_this_users_is_said_as_the_others_are()
    {
        using var folder = new TemporaryFolder("state");
        Directory.CreateDirectory(folder.At("app", "images", "0"));
        Directory.CreateDirectory(folder.At("app", "lock")); // opening it is refused as another user's file is, to the superuser too
        Should.Throw<IOException>(() => StateFolder.Empty(folder.At("app")));
        Directory.Exists(folder.At("app", "images", "0")).ShouldBeTrue();
    }

    private static AuditStreamOptions Options(TemporaryFolder folder) => new()
    {
        ApplicationId = "app",
        Images = new ImagesOptions { Store = ImageStoreKind.Rocksdb, Directory = folder.Path },
    };
}
