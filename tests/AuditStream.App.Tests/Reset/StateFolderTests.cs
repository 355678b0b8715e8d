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
        Directory.GetDirectories(folder.At("app")).ShouldBeEmpty();
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
