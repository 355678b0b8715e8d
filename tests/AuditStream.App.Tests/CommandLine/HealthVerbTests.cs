using System.Globalization;
using System.Net;
using AuditStream.App.CommandLine;
using AuditStream.Testing;

namespace AuditStream.App.Tests.CommandLine;

public sealed class HealthVerbTests
{
    [Theory]
    [InlineData(200, ExitCode.Done)]
    [InlineData(503, ExitCode.FoundWrong)]
    public async Task The_answer_of_the_service_is_the_exit_code(int status, int code)
    {
        var port = FreePorts.One();
        using var service = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
        service.Start();
        var asking = CommandLineRun.OfAsync("health", "--ready", "--set", string.Create(CultureInfo.InvariantCulture, $"Http:Port={port}"), "--set", "Http:Host=*");
        var request = await service.GetContextAsync();
        request.Request.Url?.AbsolutePath.ShouldBe("/health/ready");
        request.Response.StatusCode = status;
        request.Response.Close("{\"status\":\"as it is\"}"u8.ToArray(), willBlock: false);
        var run = await asking;
        run.Code.ShouldBe(code);
        run.Output.ShouldContain("as it is");
    }

    [Fact]
    public async Task Where_nothing_listens_the_service_is_not_reachable()
    {
        var run = await CommandLineRun.OfAsync("health", "--set", string.Create(CultureInfo.InvariantCulture, $"Http:Port={FreePorts.One()}"));
        run.Code.ShouldBe(ExitCode.NotReachable);
        run.Error.ShouldContain("/health/live");
    }

    [Fact]
    public async Task A_service_without_http_cannot_be_asked()
    {
        var run = await CommandLineRun.OfAsync("health", "--set", "Http:Port=0");
        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("Http:Port");
    }
}
