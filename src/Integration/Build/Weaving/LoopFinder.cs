using System.Collections.Generic;
using System.Linq;

namespace Goroutines.Build.Weaving;

/// <summary>Finds the loops of a method that hold no other loop.</summary>
/// <remarks>
/// A loop is natural if its header dominates the jump back: every way in passes the header. Dominators are found by the iteration
/// of Cooper, Harvey and Kennedy. Loops with several entries (async methods and iterators resume in the middle of theirs) are not
/// natural; they are not reported, nor are loops around them.
/// </remarks>
internal sealed class LoopFinder
{
    private const int Unreached = -1;

    private readonly FlowGraph _graph;
    private readonly List<int> _order = [];
    private readonly int[] _numberOf;
    private readonly int[] _dominatorOf;

    public LoopFinder(FlowGraph graph)
    {
        _graph = graph;
        _numberOf = new int[graph.Blocks.Length];
        _dominatorOf = new int[graph.Blocks.Length];
        System.Array.Fill(_numberOf, Unreached);
        System.Array.Fill(_dominatorOf, Unreached);
        NumberBlocks();
        FindDominators();
    }

    public IEnumerable<NaturalLoop> FindInnermost()
    {
        var loops = new Dictionary<int, NaturalLoop>();
        foreach (int tail in _order)
        {
            foreach (int head in _graph.Blocks[tail].Successors.Where(head => Dominates(head, tail)))
            {
                if (!loops.TryGetValue(head, out NaturalLoop? loop))
                {
                    loops.Add(head, loop = new NaturalLoop(_graph.Blocks[head]));
                }

                AddBody(loop, tail);
            }
        }

        return loops.Values.Where(HoldsNoOtherLoop).OrderBy(loop => loop.Header.Index);
    }

    private IEnumerable<int> NextOf(int block) => _graph.Blocks[block].Successors.Concat(_graph.Blocks[block].Handlers);

    /// <summary>Lists the blocks that can be reached, in reverse post-order. Own stack: methods may have ten thousand blocks.</summary>
    private void NumberBlocks()
    {
        var open = new Stack<(int Block, IEnumerator<int> Next)>();
        var seen = new HashSet<int> { 0 };
        open.Push((0, NextOf(0).GetEnumerator()));
        while (open.Count > 0)
        {
            (int block, IEnumerator<int> next) = open.Peek();
            if (!next.MoveNext())
            {
                open.Pop();
                _order.Add(block);
            }
            else if (seen.Add(next.Current))
            {
                open.Push((next.Current, NextOf(next.Current).GetEnumerator()));
            }
        }

        _order.Reverse();
        for (int number = 0; number < _order.Count; number++)
        {
            _numberOf[_order[number]] = number;
        }
    }

    private void FindDominators()
    {
        _dominatorOf[0] = 0;
        bool isChanged = true;
        while (isChanged)
        {
            isChanged = false;
            foreach (int block in _order.Skip(1))
            {
                int dominator = Unreached;
                foreach (int predecessor in _graph.Blocks[block].Predecessors.Where(from => _dominatorOf[from] != Unreached))
                {
                    dominator = dominator == Unreached ? predecessor : Meet(dominator, predecessor);
                }

                isChanged |= _dominatorOf[block] != dominator;
                _dominatorOf[block] = dominator;
            }
        }
    }

    private int Meet(int left, int right)
    {
        while (left != right)
        {
            while (_numberOf[left] > _numberOf[right])
            {
                left = _dominatorOf[left];
            }

            while (_numberOf[right] > _numberOf[left])
            {
                right = _dominatorOf[right];
            }
        }

        return left;
    }

    private bool Dominates(int dominator, int block)
    {
        if (_numberOf[dominator] == Unreached)
        {
            return false;
        }

        while (_numberOf[block] > _numberOf[dominator])
        {
            block = _dominatorOf[block];
        }

        return block == dominator;
    }

    private void AddBody(NaturalLoop loop, int tail)
    {
        var open = new Stack<int>([tail]);
        while (open.TryPop(out int block))
        {
            if (_numberOf[block] != Unreached && loop.Blocks.Add(block))
            {
                foreach (int predecessor in _graph.Blocks[block].Predecessors)
                {
                    open.Push(predecessor);
                }
            }
        }
    }

    /// <summary>Tells whether nothing in the loop goes round without passing the header: counts down blocks with no way in.</summary>
    private bool HoldsNoOtherLoop(NaturalLoop loop)
    {
        HashSet<int> inner = [.. loop.Blocks.Where(block => block != loop.Header.Index)];
        var waysIn = inner.ToDictionary(block => block, block => _graph.Blocks[block].Predecessors.Count(inner.Contains));
        var ready = new Stack<int>(inner.Where(block => waysIn[block] == 0));
        int doneCount = 0;
        while (ready.TryPop(out int block))
        {
            doneCount++;
            foreach (int next in NextOf(block).Where(waysIn.ContainsKey))
            {
                if (--waysIn[next] == 0)
                {
                    ready.Push(next);
                }
            }
        }

        return doneCount == inner.Count;
    }
}
