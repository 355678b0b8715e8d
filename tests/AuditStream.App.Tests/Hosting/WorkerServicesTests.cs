using AuditStream.App.Configuration;
using AuditStream.App.Hosting;
using AuditStream.Core.Identity;
using AuditStream.RocksDb;
using AuditStream.Streams;
using AuditStream.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AuditStream.App.Tests.Hosting;

/// <summary>What workers are made of.</summary>
public sealed class WorkerServicesTests
{
    [Fact]
    public async Task Row_images_on_disk_need_the_library_and_a_folder_of_their_own()
    {
        using var folder = new TemporaryFolder("row-images");
        await using var first = Host(folder.Path);
        if (!RocksDbLibrary.IsThere)
        {
            Problem(first).ToString().ShouldBe($"Images:Store is rocksdb, and {RocksDbLibrary.HowToInstall}.");
            return;
        }
        first.Services.GetServices<IStreamWorker>().Select(worker => worker.Name).ShouldBe(["normalize", "images", "sink"]);
        await using var second = Host(folder.Path);
        Problem(second).ToString().ShouldStartWith($"Images:Directory is {folder.Path}, and another process keeps the row images of auditstream there:");
    }

    private static WebApplication Host(string folder) => ServiceHost.Build(ServiceHost.CreateBuilder(
        ConfigurationReader.Read(file: null, ["Raw:Topics=t", "Images:State=on", "Images:Store=rocksdb", $"Images:Directory={folder}"]),
        new IdentityKey(new byte[IdentityKey.MinimumBytes])));

    private static ConfigurationProblem Problem(WebApplication host) =>
        Should.Throw<ConfigurationException>(() => host.Services.GetServices<IStreamWorker>().ToList()).Problems.ShouldHaveSingleItem();
}
