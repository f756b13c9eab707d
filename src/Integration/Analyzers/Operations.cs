using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Goroutines.Analyzers;

/// <summary>Ways through the tree of operations.</summary>
internal static class Operations
{
    /// <summary>Returns the function whose body an operation stands in.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="member">The member the operation stands in: the function, unless a nested one is closer.</param>
    public static ISymbol FunctionOf(IOperation operation, ISymbol member)
    {
        for (IOperation? parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IAnonymousFunctionOperation lambda:
                    return lambda.Symbol;
                case ILocalFunctionOperation local:
                    return local.Symbol;
            }
        }

        return member;
    }

    /// <summary>Returns the argument that a function is passed as, with the casts between; null if it is used in another way.</summary>
    public static IArgumentOperation? ArgumentOf(IOperation function) => Outside(function) as IArgumentOperation;

    /// <summary>Returns what uses a function: the first operation around it that only hands it on no longer.</summary>
    public static IOperation? Outside(IOperation function)
    {
        IOperation? parent = function.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
        {
            parent = parent.Parent;
        }

        return parent;
    }

    /// <summary>Returns the call an argument belongs to, if it is one of a method.</summary>
    public static IMethodSymbol? TargetOf(IArgumentOperation? argument) => (argument?.Parent as IInvocationOperation)?.TargetMethod;

    /// <summary>Returns the function a delegate is made of, if that can be seen: a lambda or a named method.</summary>
    public static IMethodSymbol? FunctionIn(IOperation value)
    {
        while (true)
        {
            switch (value)
            {
                case IDelegateCreationOperation creation:
                    value = creation.Target;
                    break;
                case IConversionOperation conversion:
                    value = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    value = parenthesized.Operand;
                    break;
                case IAnonymousFunctionOperation lambda:
                    return lambda.Symbol;
                case IMethodReferenceOperation reference:
                    return reference.Method.OriginalDefinition;
                default:
                    return null;
            }
        }
    }
}
