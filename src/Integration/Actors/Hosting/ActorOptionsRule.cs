using System;
using Microsoft.Extensions.Options;

namespace Goroutines.Actors.Hosting;

/// <summary>Reports options an actor could not be spawned with, when the host starts instead of on first use.</summary>
internal sealed class ActorOptionsRule(string actorName) : IValidateOptions<ActorOptions>
{
    public ValidateOptionsResult Validate(string? name, ActorOptions options)
    {
        if (name != actorName)
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
            return ValidateOptionsResult.Fail($"{refused.Message} (ActorOptions of {actorName})");
        }
    }
}
