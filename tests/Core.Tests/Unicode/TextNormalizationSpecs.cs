using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Core.Tests.Unicode;

public sealed class TextNormalizationSpecs
{
    /// <summary>SHA-256 of what ICU 72 (Unicode 15.0) gives for every code point between a letter and two marks, a line each.</summary>
    [Theory]
    [InlineData(NormalizationForm.FormC, "60de245e6e570b1d8a96dce89265bb1b55d3aef117e72a89462631e0e9f552a4")]
    [InlineData(NormalizationForm.FormD, "7dc595a58c46aa1cc957ae230c3479d9c9f42a5ea7a1b57ecbfb5a2facb2986d")]
    [InlineData(NormalizationForm.FormKC, "06c4e4ee9e104317b45960a2d6f01d5f81800e5758e2514c0229f5aa062276c2")]
    [InlineData(NormalizationForm.FormKD, "c8bf8d8d8f83c2112ffc6af4e9bfbebdb43fd120b401ed7d3ed9c8fb403a84d9")]
    public void Every_code_point_is_normalized_as_icu_does(NormalizationForm form, string digest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var code = 0; code <= 0x10FFFF; code++)
        {
            // ICU's binding refuses surrogates and U+FFFE.
            if (code is (>= 0xD800 and <= 0xDFFF) or 0xFFFE) continue;
            var text = "a" + char.ConvertFromUtf32(code) + "\u0323\u0301";
            hash.AppendData(Encoding.UTF8.GetBytes(TextNormalization.Normalize(text, form) + "\n"));
        }

        Assert.Equal(digest, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Theory]
    [InlineData("e\u0301", "\u00e9", "e\u0301", "\u00e9", "e\u0301")]
    [InlineData("\ufb01", "\ufb01", "\ufb01", "fi", "fi")]
    [InlineData("\u1100\u1161\u11a8", "\uac01", "\u1100\u1161\u11a8", "\uac01", "\u1100\u1161\u11a8")]
    [InlineData("a\u0315\u0300\u05ae\u0300b", "\u00e0\u05ae\u0300\u0315b", "a\u05ae\u0300\u0300\u0315b", "\u00e0\u05ae\u0300\u0315b", "a\u05ae\u0300\u0300\u0315b")]
    [InlineData("\u0958", "\u0915\u093c", "\u0915\u093c", "\u0915\u093c", "\u0915\u093c")] // excluded from composition
    [InlineData("\u212b", "\u00c5", "A\u030a", "\u00c5", "A\u030a")] // a singleton
    [InlineData("\ufffee\u0301\ud800", "\ufffe\u00e9\ud800", "\ufffee\u0301\ud800", "\ufffe\u00e9\ud800", "\ufffee\u0301\ud800")]
    [InlineData("", "", "", "", "")]
    public void A_text_has_its_four_forms(string text, string c, string d, string kc, string kd)
    {
        Assert.Equal(c, TextNormalization.Normalize(text, NormalizationForm.FormC));
        Assert.Equal(d, TextNormalization.Normalize(text, NormalizationForm.FormD));
        Assert.Equal(kc, TextNormalization.Normalize(text, NormalizationForm.FormKC));
        Assert.Equal(kd, TextNormalization.Normalize(text, NormalizationForm.FormKD));
    }

    [Fact]
    public void A_form_that_does_not_exist_is_refused() =>
        Assert.Contains("C, D, KC and KD", Assert.Throws<ArgumentOutOfRangeException>(() => TextNormalization.Normalize("a", (NormalizationForm)3)).Message, StringComparison.Ordinal);
}
