using AuditStream.App.Configuration;
using AuditStream.App.Health;
using AuditStream.App.Metrics;
using AuditStream.Core.Identity;
using AuditStream.Streams.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace AuditStream.App.Hosting;

/// <summary>Builds the service: what <c>auditstream run</c> runs, and the demo too.</summary>
public static class ServiceHost
{
    /// <summary>The whole process ends within this after it was told to stop.</summary>
    public static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(20);

    /// <summary>Builds it; nothing connects yet.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="identityKey">The key of ids and hashes.</param>
    public static WebApplicationBuilder CreateBuilder(AuditStreamOptions options, IdentityKey identityKey)
    {
        // Empty: no configuration, log or server comes in that is not named here.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = Product.Name });
        AddLogging(builder.Logging, options.Log);
        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        services.AddMetrics();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(identityKey);
        services.AddSingleton<Readiness>();
        services.AddSingleton<RunOutcome>();
        services.AddSingleton<MetricsCollector>();
        services.AddSingleton<StreamsMetrics>();
        services.AddSingleton<StoreGate>();
        services.AddSingleton(provider => PipelineEventMaker.Notes(
            options, identityKey, provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
        WorkerServices.Add(services, options);
        services.AddHostedService<LedgerReport>();
        if (Telemetry.IsWanted)
            services.AddHostedService<Telemetry>();
        if (options.Roles.Contains(ServiceRole.Sink))
            services.AddHostedService<CheckpointService>();
        services.AddHostedService<Pipeline>();
        HttpEndpoints.AddServer(builder, options.Http);
        return builder;
    }

    /// <summary>Finishes it: begins to listen to the instruments and maps the endpoints.</summary>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        var application = builder.Build();
        _ = application.Services.GetRequiredService<MetricsCollector>(); // before the first measurement
        HttpEndpoints.Map(application);
        return application;
    }

    private static void AddLogging(ILoggingBuilder logging, LogOptions options)
    {
        logging.SetMinimumLevel(options.Level);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        if (options.Format == LogFormat.Json)
            logging.AddJsonConsole(console => console.UseUtcTimestamp = true);
        else
            logging.AddSimpleConsole(SingleLine);
    }

    private static void SingleLine(SimpleConsoleFormatterOptions console)
    {
        console.SingleLine = true;
        console.UseUtcTimestamp = true;
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
    }
}
