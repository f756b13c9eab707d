namespace Goroutines.Internal.Scheduling;

/// <summary>The processors in service at one time, with the order to walk over them. Replaced as a whole, never changed.</summary>
internal sealed class ProcessorSet
{
    public ProcessorSet(Processor[] all)
    {
        All = all;
        Order = new StealOrder(all.Length);
    }

    /// <summary>Gets the processors, those about to be removed included: they may still hold work.</summary>
    public Processor[] All { get; }

    public int Count => All.Length;

    public StealOrder Order { get; }
}
