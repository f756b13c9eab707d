using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Goroutines.Analyzers.CodeFixes;

/// <summary>Makes an await come back: takes ConfigureAwait(false) away, or lets it continue on the captured context.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ConfigureAwaitFix))]
[Shared]
internal sealed class ConfigureAwaitFix : CodeFixProvider
{
    private const string Title = "Come back to the scheduler";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(RuleIds.ConfigureAwaitFalse);

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call)
        {
            context.RegisterCodeFix(
                CodeAction.Create(Title, cancellation => FixAsync(context.Document, call, cancellation), nameof(ConfigureAwaitFix)),
                context.Diagnostics);
        }
    }

    private static async Task<Document> FixAsync(Document document, InvocationExpressionSyntax call, CancellationToken cancellation)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
        ArgumentSyntax flag = call.ArgumentList.Arguments[call.ArgumentList.Arguments.Count - 1];
        bool isBoolean = flag.Expression.IsKind(SyntaxKind.FalseLiteralExpression);
        bool saysNothingElse = isBoolean || flag.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "None" };
        if (saysNothingElse && IsAwaitedOnTheSpot(call) && call.Expression is MemberAccessExpressionSyntax { Expression: var awaited })
        {
            return document.WithSyntaxRoot(root.ReplaceNode(call, awaited.WithTrailingTrivia(call.GetTrailingTrivia())));
        }

        ExpressionSyntax captures = isBoolean
            ? SyntaxFactory.LiteralExpression(SyntaxKind.TrueLiteralExpression)
            : WithCapture(flag.Expression, saysNothingElse);
        return document.WithSyntaxRoot(root.ReplaceNode(flag, flag.WithExpression(captures)));
    }

    // Elsewhere the type of the configured awaitable is in use.
    private static bool IsAwaitedOnTheSpot(InvocationExpressionSyntax call) =>
        call.Parent is AwaitExpressionSyntax || (call.Parent is ForEachStatementSyntax loop && loop.Expression == call);

    private static ExpressionSyntax WithCapture(ExpressionSyntax options, bool saysNothingElse)
    {
        ExpressionSyntax capture = SyntaxFactory
            .ParseExpression("global::System.Threading.Tasks.ConfigureAwaitOptions.ContinueOnCapturedContext")
            .WithAdditionalAnnotations(Simplifier.Annotation);
        return saysNothingElse
            ? capture
            : SyntaxFactory.BinaryExpression(SyntaxKind.BitwiseOrExpression, options.WithoutTrivia(), capture)
                .WithAdditionalAnnotations(Formatter.Annotation);
    }
}
