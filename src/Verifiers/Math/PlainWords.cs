using System.Collections.Frozen;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// The words with which solutions hand a value over: connectives, pronouns, verbs of outcome, quantities and units. A closed list: what is not
/// in it is not known to leave the value standing. Words that deny, doubt, suppose or tell of somebody else are not in it.
/// </summary>
internal static class PlainWords
{
    private const string List =
        """
        ab able about above acceleration accordingly achieved across actual actually add added adding additional additionally after
        again age ages all along already also alternatively altitude altogether am among amount amounts an analysis and angle angles
        annual annually annum answer answers any apples apply applying approximately april are area areas arrangements as ask asked
        asks at ate attained attains august average axis back backwards bags bake baked bakes balance balls base based bases be
        because become becomes been before begin being below between bigger books both bought bounds box boxed boxes boys but buy
        buying buys by calculate calculated calculating calculation can cards careful carefully carries carry case cases cent center
        centimeters centimetres centre cents certainly chance change check checked checking children choice choices choose circle
        circles circumference circumscribed clearly cm codomain coefficient coefficients collect collected collects combinations
        combine combined combining come comes common comparing complex compute computed computing conclude concludes concluding
        conclusion condition conditions cone configuration confirm confirms congruent consecutive consequently consider considered
        constant contain contains cook cookies cooks coordinate coordinates correct corrected correction corresponding corresponds
        cosine cost costing costs could count counting cover covered covers cube cubic cups currently cylinder daily day days
        december decimal decreasing deduce deer defines degree degrees denominator depth derivative desired determinant determined
        deviation diagonal diagonals diameter difference differences different digit digits directly discount distance distances
        distinct distribute distributing divide divided dividing divisor divisors do does dollar dollars domain done double dozen
        dozens dr drive drives drove duration during e.g each earn earned earning earnings earns easily eat eaten eats edit eight
        either element elements eleven end enough equal equality equalled equalling equals equation equations equivalent et euros
        evaluate evaluates evaluating even event events every everything exact exactly exercise exist exists expand expanding
        expectation expected explanation exponent express expressed expression extra fact factor factoring factors february feet
        fewer fewest figure fill filled fills final finally find finds finish finished finishes finishing finite first fish five
        fixed flowers follow following follows foot for form formula formulas found four fourth fraction fractions friday from ft
        full function functions further gain gains gallon gallons games gave gcd general get gets getting gifts girls give given
        gives giving go goes got grade grades gradient grams great greater greatest grew grow grows had half hand has have having he
        height heights he'll hence her here he's hexagon higher highest him his hold holding holds hour hours how however hundred
        hypotenuse i.e identity if imaginary implies imply in inch inches income increasing indeed independent inequalities
        inequality infinite infinitely initial innermost inscribed integer integers integral intercept interest intersection
        interval intervals into investment irrational is isolating it items it'll it's its itself i've january july june just keep
        kept kg kilograms kilometers km know known larger largest last lasts law lb lbs lcm lead leading leads least leave leaves
        leaving left leg legal legs length length's lengths less let let's letter level lie lies like likewise limit line linear
        lines liter liters located logarithm long longer longest look looking looks lose loses loss lost lower lowest made mailing
        make makes making many marbles march matrices matrix max maximized maximum may mean means measure measures median meet meets
        men meter meters method methods metres mice midnight midpoint mile miles millimeters million min minimized minimum minute
        minutes mm mode monday money month monthly months more most mph mr mrs ms much multiple multiples multiplied multiply
        multiplying must my namely nearest need needed needs negative new next nine non non-negative nonnegative nonzero noon
        notation note notice november now number numbers number's numerator observe obtain obtained obtains obviously occur occurs
        octagon october odd odds of ok okay old on once one only option options or order ordered origin original other ounce ounces
        our ours out outcome outcomes over overall owe owed owes paid pair pairs parallel parallelogram parameter parentheses part
        particular parts pass pay paying payment pays pct pencils pens pentagon people people's per percent percentage perfect
        perimeter permutations perpendicular person pieces place plane plant planted please plug plugging pm point points polygon
        polynomial polynomials positive possibilities possibility possible pounds power powers precise precisely price prices prime
        primes principle probability problem produce produced produces product products profit proportion prove proved proven put
        puts putting qed quadratic quadrilateral quantities quantity quarter question quotient radii radius raised range rank rate
        rates ratio rational ratios reach reached read reads real rearrange rearranging receive received receives recheck rechecking
        reciprocal rectangle reduce reduced reduces reflection region relation remain remainder remainders remaining remains
        represent representing represents requested require required requirement requires respectively result resulting results
        revenue reviewing revised rewrite right root roots rose rounded rule run runs salary same satisfied satisfies satisfy
        saturday save saved saves savings scientific score scored scores second seconds see seek seeking seen sell selling sells
        send september sequence series set sets setting seven shall shape share shared shares she sheep she'll she's short shorter
        shortest should show shown shows side sides similar simplest simplified simplifies simplify simplifying simply simultaneous
        since sine six size sizes slope smaller smallest so sold solution solutions solve solved solving some speed spend spending
        spends spent sphere split square squares squaring stamps start started starting statement statements stay stays step story
        students' students subsets substitute substituting substitution subtract subtracting such sum summarize summary sums sunday
        sure surface symmetric system table take takes taking tangent tax teeth temperature ten term terms testing than that that's
        the their them themselves then theorem there therefore there're there's these they they'll they've third this those thousand
        three thrice through thursday thus tickets time times tip tips tl to together tons took total totaling totalling total's
        totals toward trace trapezoid travel traveled travels trees triangle triangles triple triples true try tuesday tuple turns
        twelve twice two ultimately undefined union unique unit units unknown up updated us use used uses using valid value values
        variable variables variance vector vectors velocity verify vertex vertices voilà volume walk walked walks want wanted was
        way ways we wednesday week weekly weeks weigh weighs well we'll went were we've what when where whereas which while who
        whole whose width will with within women words work working works worth write writes written wrote yard yards year yearly
        years yes yield yielding yields you your zero zeroes zeros
        """;

    private static readonly FrozenSet<string> Known = List.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a word in lower case is one of them.</summary>
    public static bool Contain(string word) => Known.Contains(word);
}
