using System.Net;
using AuditStream.App.Configuration;
using AuditStream.App.Health;
using AuditStream.App.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AuditStream.App.Hosting;

/// <summary>Health and metrics over HTTP.</summary>
public static class HttpEndpoints
{
    /// <summary>Sets up the server: Kestrel on the configured address, or none at all when <see cref="HttpOptions.Port"/> is 0.</summary>
    public static void AddServer(WebApplicationBuilder builder, HttpOptions options)
    {
        builder.Services.AddRoutingCore();
        if (options.Port == 0)
            builder.Services.AddSingleton<IServer, NoServer>();
        else
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, options));
    }

    /// <summary>Maps <c>/health/live</c>, <c>/health/ready</c> and <c>/metrics</c>.</summary>
    public static void Map(WebApplication application)
    {
        var readiness = application.Services.GetRequiredService<Readiness>();
        var metrics = application.Services.GetRequiredService<MetricsCollector>();
        application.MapGet("/health/live", (RequestDelegate)(context => AnswerJson(context, isWell: true, "{\"status\":\"live\"}"u8.ToArray())));
        application.MapGet("/health/ready", (RequestDelegate)(context =>
            AnswerJson(context, readiness.IsReady, HealthJson.Write(readiness))));
        application.MapGet("/metrics", (RequestDelegate)(async context =>
        {
            using var text = new StringWriter();
            metrics.Write(text);
            context.Response.ContentType = MetricsCollector.ContentType;
            await context.Response.WriteAsync(text.ToString(), context.RequestAborted).ConfigureAwait(false);
        }));
    }

    private static async Task AnswerJson(HttpContext context, bool isWell, byte[] json)
    {
        context.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(json, context.RequestAborted).ConfigureAwait(false);
    }

    private static void Listen(KestrelServerOptions kestrel, HttpOptions options)
    {
        kestrel.AddServerHeader = false;
        if (options.Host == "*")
            kestrel.ListenAnyIP(options.Port);
        else if (IPAddress.TryParse(options.Host, out var address))
            kestrel.Listen(address, options.Port);
        else
            kestrel.ListenLocalhost(options.Port);
    }
}
