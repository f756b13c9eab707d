using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Goroutines.Hosting;

/// <summary>Fills the options of one registration from its section of the configuration, if there is one.</summary>
/// <remarks>
/// <c>OptionsBuilder.BindConfiguration</c> would throw in a container without an <see cref="IConfiguration"/>, and a
/// bare service collection has none. This takes what there is.
/// </remarks>
internal sealed class SectionBinding(string registrationName, IConfiguration? configuration)
    : IConfigureNamedOptions<GoSchedulerOptions>
{
    private const string RootSection = "GoScheduler";

    /// <summary>Gets the section of a registration: <c>GoScheduler</c>, or <c>GoScheduler:name</c>.</summary>
    public static string SectionOf(string registrationName) =>
        registrationName == Options.DefaultName
            ? RootSection
            : ConfigurationPath.Combine(RootSection, registrationName);

    public void Configure(GoSchedulerOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, GoSchedulerOptions options)
    {
        if (name != registrationName)
        {
            return;
        }

        if (registrationName != Options.DefaultName)
        {
            // Snapshots, dumps and logs then call the scheduler what the container calls it.
            options.Name = registrationName;
        }

        configuration?.GetSection(SectionOf(registrationName)).Bind(options);
    }
}
