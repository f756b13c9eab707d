using System;

namespace Goroutines.Tests.Tidy;

/// <summary>Blanks what is not code in C# text, so that a rule can look for names without meeting prose.</summary>
/// <remarks>
/// Comments, directives and the contents of strings become spaces; line breaks and positions stay, so that line numbers
/// still fit. The holes of interpolated strings are code and are kept.
/// </remarks>
internal sealed class CSharpText
{
    private readonly string _text;
    private readonly char[] _blanked;
    private readonly bool _keepComments;
    private int _index;

    private CSharpText(string text, bool keepComments)
    {
        _text = text;
        _blanked = text.ToCharArray();
        _keepComments = keepComments;
    }

    /// <summary>Returns the text with everything but code blanked.</summary>
    public static string CodeOf(string text) => new CSharpText(text, keepComments: false).Blank();

    /// <summary>Returns the text with strings and directives blanked and comments kept.</summary>
    public static string CodeAndCommentsOf(string text) => new CSharpText(text, keepComments: true).Blank();

    private string Blank()
    {
        SkipCode(closeBraceCount: 0);
        return new string(_blanked);
    }

    private char At(int offset) => _index + offset < _text.Length ? _text[_index + offset] : '\0';

    /// <summary>Walks over code up to the end, or to the braces that close a hole of an interpolated string.</summary>
    private void SkipCode(int closeBraceCount)
    {
        int depth = 0;
        while (_index < _text.Length)
        {
            char c = _text[_index];
            if (c == '/' && At(1) == '/')
            {
                BlankComment(FindOr("\n", _index, _text.Length));
            }
            else if (c == '/' && At(1) == '*')
            {
                BlankComment(FindOr("*/", _index + 2, _text.Length - 2) + 2);
            }
            else if (c == '#' && IsFirstOnLine())
            {
                BlankTo(FindOr("\n", _index, _text.Length));
            }
            else if (c == '\'')
            {
                SkipCharacter();
            }
            else if (c is '"' or '$' or '@' && TrySkipString())
            {
                continue;
            }
            else if (closeBraceCount > 0 && c == '}' && depth == 0)
            {
                _index += closeBraceCount;
                return;
            }
            else
            {
                depth += c == '{' ? 1 : c == '}' ? -1 : 0;
                _index++;
            }
        }
    }

    private int FindOr(string mark, int from, int otherwise)
    {
        int found = from <= _text.Length ? _text.IndexOf(mark, from, StringComparison.Ordinal) : -1;
        return found < 0 ? otherwise : found;
    }

    private void BlankComment(int end)
    {
        if (_keepComments)
        {
            _index = end;
        }
        else
        {
            BlankTo(end);
        }
    }

    private void BlankTo(int end)
    {
        for (; _index < Math.Min(end, _text.Length); _index++)
        {
            if (_blanked[_index] is not ('\n' or '\r'))
            {
                _blanked[_index] = ' ';
            }
        }
    }

    private bool IsFirstOnLine()
    {
        int index = _index - 1;
        while (index >= 0 && _text[index] is ' ' or '\t')
        {
            index--;
        }

        return index < 0 || _text[index] == '\n';
    }

    private void SkipCharacter()
    {
        int end = _index + 1;
        while (end < _text.Length && _text[end] is not ('\'' or '\n'))
        {
            end += _text[end] == '\\' ? 2 : 1;
        }

        BlankTo(end + 1);
    }

    private bool TrySkipString()
    {
        int start = _index;
        int dollarCount = 0;
        bool isVerbatim = false;
        while (At(0) is '$' or '@')
        {
            dollarCount += At(0) == '$' ? 1 : 0;
            isVerbatim |= At(0) == '@';
            _index++;
        }

        if (At(0) != '"')
        {
            // An escaped identifier such as @event: code.
            _index = start + 1;
            return true;
        }

        int quoteCount = 0;
        while (At(quoteCount) == '"')
        {
            quoteCount++;
        }

        if (quoteCount >= 3 && !isVerbatim)
        {
            BlankTo(_index + quoteCount);
            SkipRawContent(quoteCount, dollarCount);
        }
        else
        {
            BlankTo(_index + 1);
            SkipContent(isVerbatim, dollarCount > 0);
        }

        return true;
    }

    private void SkipContent(bool isVerbatim, bool isInterpolated)
    {
        while (_index < _text.Length)
        {
            char c = _text[_index];
            if (c == '"' && !(isVerbatim && At(1) == '"'))
            {
                BlankTo(_index + 1);
                return;
            }

            if (c == '\n' && !isVerbatim)
            {
                // Not a string after all: what follows is read as code again.
                return;
            }

            if (isInterpolated && c == '{' && At(1) != '{')
            {
                _index++;
                SkipCode(closeBraceCount: 1);
                continue;
            }

            bool isPair = (isVerbatim ? c == '"' : c == '\\') || (isInterpolated && c == '{');
            BlankTo(_index + (isPair ? 2 : 1));
        }
    }

    private void SkipRawContent(int quoteCount, int dollarCount)
    {
        string quotes = new('"', quoteCount);
        string hole = new('{', Math.Max(dollarCount, 1));
        while (_index < _text.Length)
        {
            if (string.CompareOrdinal(_text, _index, quotes, 0, quoteCount) == 0)
            {
                BlankTo(_index + quoteCount);
                return;
            }

            if (dollarCount > 0 && string.CompareOrdinal(_text, _index, hole, 0, dollarCount) == 0)
            {
                _index += dollarCount;
                SkipCode(closeBraceCount: dollarCount);
                continue;
            }

            BlankTo(_index + 1);
        }
    }
}
