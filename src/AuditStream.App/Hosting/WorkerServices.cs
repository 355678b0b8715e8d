using AuditStream.App.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuditStream.App.Hosting;

/// <summary>Registers the workers of the configured roles.</summary>
public static class WorkerServices
{
    /// <summary>Adds them.</summary>
    public static void Add(IServiceCollection services, AuditStreamOptions options)
    {
    }
}
