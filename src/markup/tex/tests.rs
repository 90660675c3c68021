use proptest::prelude::*;

use super::*;

/// Formulas with their expected forms; `None` if Unicode can't express them.
#[rustfmt::skip]
const FORMS: &[(&str, Option<&str>)] = &[
    (r"x^2", Some("x²")),
    (r"x_1", Some("x₁")),
    (r"x_i^2", Some("xᵢ²")),
    (r"x^{10}", Some("x¹⁰")),
    (r"x^{-1}", Some("x⁻¹")),
    (r"x^{n+1}", Some("xⁿ⁺¹")),
    (r"x_{i+1}", Some("xᵢ₊₁")),
    (r"a_{ij}", Some("aᵢⱼ")),
    (r"x_{max}", Some("xₘₐₓ")),
    (r"x_{\text{max}}", Some("xₘₐₓ")),
    (r"x^q", Some("x^q")),
    (r"x^{ab q}", Some("x^(ab q)")),
    (r"e^{i\pi}+1=0", Some("e^(iπ)+1=0")),
    (r"e^{-\frac{x^2}{2}}", Some("e^(-x²/2)")),
    (r"A^T", Some("Aᵀ")),
    (r"A^\top", Some("Aᵀ")),
    (r"A^\dagger", Some("A†")),
    (r"x^*", Some("x*")),
    (r"90^\circ", Some("90°")),
    (r"20^{\circ}C", Some("20°C")),
    (r"f'(x)", Some("f′(x)")),
    (r"f''(x)", Some("f′′(x)")),
    (r"f^{\prime}(x)", Some("f′(x)")),
    (r"\alpha + \beta", Some("α + β")),
    (r"\alpha\beta", Some("αβ")),
    (r"\alpha \beta", Some("αβ")),
    (r"2\pi r", Some("2πr")),
    (r"E = mc^2", Some("E = mc²")),
    (r"E = \gamma m c^2", Some("E = γ m c²")),
    (r"\Delta x", Some("Δx")),
    (r"\frac{1}{2}", Some("1/2")),
    (r"\frac12", Some("1/2")),
    (r"\frac{a}{b}", Some("a/b")),
    (r"\frac{a+b}{c}", Some("(a+b)/c")),
    (r"\frac{a}{b+c}", Some("a/(b+c)")),
    (r"\frac{dp}{dt}=\rho v^2 A", Some("dp/dt=ρv² A")),
    (r"\frac{1}{2}mv^2", Some("1/2 mv²")),
    (r"x\frac{1}{2}", Some("x 1/2")),
    (r"\frac{\frac{a}{b}}{c}", Some("(a/b)/c")),
    (r"\dfrac{x^2}{y_1}", Some("x²/y₁")),
    (r"\frac{\partial f}{\partial x}", Some("∂f/∂x")),
    (r"-\frac{1}{x^2}", Some("-1/x²")),
    (r"\sqrt{2}", Some("√2")),
    (r"\sqrt2", Some("√2")),
    (r"\sqrt{x+1}", Some("√(x+1)")),
    (r"\sqrt[3]{x}", Some("∛x")),
    (r"\sqrt[4]{x}", Some("∜x")),
    (r"\sqrt[n]{x}", Some("ⁿ√x")),
    (r"\sqrt{\frac{a}{b}}", Some("√(a/b)")),
    (r"\frac{\sqrt{\pi}}{2}", Some("(√π)/2")),
    (r"x = \frac{-b \pm \sqrt{b^2-4ac}}{2a}", Some("x = (-b ± √(b²-4ac))/2a")),
    (r"\sum_{i=1}^{n} i", Some("∑ᵢ₌₁ⁿ i")),
    (r"\sum_{i = 1}^n x_i", Some("∑ᵢ₌₁ⁿ xᵢ")),
    (r"\prod_{k=1}^\infty a_k", Some("∏ₖ₌₁^∞ aₖ")),
    (r"\int_0^1 f(x)\,dx", Some("∫₀¹ f(x) dx")),
    (r"\int_{-\infty}^{\infty} e^{-x^2} dx", Some("∫_(-∞)^∞ e^(-x²) dx")),
    (r"\lim_{x\to 0} f(x)", Some("lim_(x→0) f(x)")),
    (r"\lim_{n \to \infty} a_n", Some("lim_(n → ∞) aₙ")),
    (r"\sin\theta", Some("sin θ")),
    (r"\sin^2 x + \cos^2 x = 1", Some("sin² x + cos² x = 1")),
    (r"\log_2 n", Some("log₂ n")),
    (r"\log(x)", Some("log(x)")),
    (r"\max(a,b)", Some("max(a,b)")),
    (r"2\ln x", Some("2 ln x")),
    (r"\hat{x}", Some("x̂")),
    (r"\bar{x}", Some("x̄")),
    (r"\vec{v}", Some("v⃗")),
    (r"\dot{x}", Some("ẋ")),
    (r"\ddot x", Some("ẍ")),
    (r"\tilde{n}", Some("ñ")),
    (r"\hat{\theta}", Some("θ̂")),
    (r"\overline{AB}", Some("A̅B̅")),
    (r"\hat{\imath}", Some("î")),
    (r"\mathbb{R}^n", Some("ℝⁿ")),
    (r"\mathbb{E}[X]", Some("𝔼[X]")),
    (r"\mathcal{L}", Some("L")),
    (r"\mathbf{x}", Some("x")),
    (r"\mathrm{d}x", Some("dx")),
    (r"\text{if } x > 0", Some("if x > 0")),
    (r"P(A \mid B)", Some("P(A ∣ B)")),
    (r"P(A|B) = \frac{P(B|A)P(A)}{P(B)}", Some("P(A|B) = (P(B|A)P(A))/(P(B))")),
    (r"a \leq b \neq c", Some("a ≤ b ≠ c")),
    (r"a\le b", Some("a≤b")),
    (r"A \cup B \subseteq C", Some("A ∪ B ⊆ C")),
    (r"x \in \mathbb{N}", Some("x ∈ ℕ")),
    (r"\forall x \exists y", Some("∀x ∃ y")),
    (r"p \implies q", Some("p ⇒ q")),
    (r"p \Leftrightarrow \neg q", Some("p ⇔ ¬ q")),
    (r"f: A \to B", Some("f: A → B")),
    (r"\left( \frac{a}{b} \right)^2", Some("( a/b )²")),
    (r"\left.\frac{df}{dx}\right|_{x=0}", Some("df/dx|ₓ₌₀")),
    (r"\{1, 2\}", Some("{1, 2}")),
    (r"\{x \mid x > 0\}", Some("{x ∣ x > 0}")),
    (r"\langle x, y \rangle", Some("⟨x, y ⟩")),
    (r"\lfloor x \rfloor", Some("⌊x ⌋")),
    (r"\|x\|_2", Some("‖x‖₂")),
    (r"\binom{n}{k}", Some("C(n,k)")),
    (r"n! = n \cdot (n-1)!", Some("n! = n ⋅ (n-1)!")),
    (r"a \times b \div c", Some("a × b ÷ c")),
    (r"a \equiv b \pmod{n}", Some("a ≡ b (mod n)")),
    (r"a \bmod b", Some("a mod b")),
    (r"\not=", Some("≠")),
    (r"\not\in", Some("∉")),
    (r"50\%", Some("50%")),
    (r"\operatorname{softmax}(x)", Some("softmax(x)")),
    (r"\operatorname{Var}[X]", Some("Var[X]")),
    (r"\overset{!}{=}", Some("=^!")),
    (r"\xrightarrow{f}", Some("→ᶠ")),
    (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", Some("(a b; c d)")),
    (r"A = \begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}", Some("A = [1 0; 0 1]")),
    (r"|x| = \begin{cases} x & x \ge 0 \\ -x & x < 0 \end{cases}", Some("|x| = { x x ≥ 0; -x x < 0")),
    (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", Some("a = b; c = d")),
    (r"\textcolor{red}{x}", Some("x")),
    (r"\boxed{x=1}", Some("[x=1]")),
    (r"\displaystyle\sum x", Some("∑x")),
    (r"{n \over k}x", None),
    (r"\ce{H2O}", None),
    (r"\unheard{of}", None),
    (r"x^", None),
    (r"\frac{1}", None),
    (r"{x", None),
    (r"x}", None),
    (r"\begin{pmatrix} a", None),
    (r"\begin{tikzpicture}\end{tikzpicture}", None),
    (r"\", None),
];

#[test]
fn every_formula_has_its_right_form() {
    let wrong: Vec<String> = FORMS
        .iter()
        .map(|(tex, right)| {
            (
                tex,
                right.map(|right| right.nfc().collect::<String>()),
                unicode(tex, false),
            )
        })
        .filter(|(_, right, found)| right != found)
        .map(|(tex, right, found)| format!("{tex}: {found:?}, not {right:?}"))
        .collect();
    assert_eq!(wrong, [""; 0], "{} of {}", wrong.len(), FORMS.len());
}

#[test]
fn rows_are_lines_where_there_is_room() {
    let rows = r"\begin{aligned} a &= b \\ &= c \end{aligned}";
    assert_eq!(unicode(rows, true).as_deref(), Some("a = b\n= c"));
    assert_eq!(unicode(r"a \\ b", true).as_deref(), Some("a\nb"));
}

#[test]
fn what_is_too_deep_is_left_as_it_is() {
    assert_eq!(unicode(&"{".repeat(1_000_000), false), None);
    assert_eq!(unicode(&"^".repeat(1_000_000), false), None);
    assert_eq!(unicode(&r"\sqrt".repeat(1_000_000), false), None);
    assert_eq!(unicode(&r"\sqrt[".repeat(100_000), false), None);
    assert_eq!(unicode(&"$x".repeat(1000), false), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_formula_is_said_or_left(tex in r"(\\[a-z]{1,5}|\\frac|\\sqrt|\\begin\{cases\}|\\end\{cases\}|[{}^_&$~ \[\]]|\PC){0,16}") {
        if let Some(shown) = unicode(&tex, false) {
            prop_assert!(!shown.contains('\n'));
        }
        let _ = unicode(&tex, true);
    }
}
