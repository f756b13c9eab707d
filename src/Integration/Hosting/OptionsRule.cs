using System;
using Microsoft.Extensions.Options;

namespace Goroutines.Hosting;

/// <summary>Reports options the scheduler would refuse, when the host starts instead of on first use.</summary>
/// <remarks>The rules are those of the scheduler's constructor: <see cref="GoSchedulerOptions.Validate"/>.</remarks>
internal sealed class OptionsRule(string registrationName) : IValidateOptions<GoSchedulerOptions>
{
    public ValidateOptionsResult Validate(string? name, GoSchedulerOptions options)
    {
        if (name != registrationName)
        {
            return ValidateOptionsResult.Skip;
        }

        try
        {
            options.Validate();
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException refused)
        {
            // Says where to look as well: the option may come from a file the reader did not write.
            string section = SectionBinding.SectionOf(registrationName);
            return ValidateOptionsResult.Fail($"{refused.Message} (GoSchedulerOptions, section {section})");
        }
    }
}
