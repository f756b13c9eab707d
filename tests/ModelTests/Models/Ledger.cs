using System.Collections.Generic;
using System.Linq;
using Goroutines.Internal.Work;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests.Models;

/// <summary>Books which items were put and who took them, and checks that the books balance.</summary>
internal sealed class Ledger
{
    private readonly List<string> _put = new();
    private readonly List<(string Taker, string Item)> _taken = new();

    /// <summary>Makes the next item; items are numbered in the order they are put.</summary>
    public WorkItem Put()
    {
        string name = $"item{_put.Count:D2}";
        _put.Add(name);
        return new WorkItem(name, this);
    }

    public void Take(string taker, WorkItem item)
    {
        Assert.IsNotNull(item.Work, $"{taker} took a slot that holds nothing.");
        Assert.AreSame(this, item.State, $"{taker} took half an item.");
        _taken.Add((taker, (string)item.Work));
    }

    /// <summary>Asserts that each item was taken once.</summary>
    public void AssertBalanced()
    {
        string[] taken = _taken.Select(entry => entry.Item).Order().ToArray();
        CollectionAssert.AreEqual(_put, taken, $"Put: {string.Join(' ', _put)}; taken: {string.Join(' ', _taken)}");
    }

    /// <summary>Asserts that a taker got its items in the order they were put.</summary>
    public void AssertInOrder(string taker)
    {
        string[] items = _taken.Where(entry => entry.Taker == taker).Select(entry => entry.Item).ToArray();
        CollectionAssert.AreEqual(items.Order().ToArray(), items, $"{taker} took {string.Join(' ', items)}");
    }
}
