namespace Goroutines.Internal.Primitives;

/// <summary>An object that is put aside when it is done with, to be used again.</summary>
internal abstract class Spare
{
    /// <summary>Gets or sets the one below it in its list. Owner of the list only.</summary>
    public Spare? Below { get; set; }

    /// <summary>Gets or sets how many the list has with it. Owner of the list only.</summary>
    public int Depth { get; set; }
}
