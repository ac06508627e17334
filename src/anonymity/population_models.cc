#include "anonymity/population_models.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace sluice::anonymity {

namespace {

struct Sample {
  double rows = 0, classes = 0, uniques = 0, fraction = 1, people = 0;
  const std::map<uint64_t, uint64_t>* sizes = nullptr;
};

// The place of the maximum of a function with one peak.
double peak_of(double from, double to, const std::function<double(double)>& f) {
  constexpr double ratio = 0.6180339887498949;
  double a = to - ratio * (to - from), b = from + ratio * (to - from);
  double fa = f(a), fb = f(b);
  for (int i = 0; i < 80; i++) {
    if (fa > fb) {
      to = b;
      b = a;
      fb = fa;
      a = to - ratio * (to - from);
      fa = f(a);
    } else {
      from = a;
      a = b;
      fa = fb;
      b = from + ratio * (to - from);
      fb = f(b);
    }
  }
  return (from + to) / 2;
}

// Rising factorials as differences of log-gamma: Σ log(θ + iα), Σ log(θ + i), Σ log(i − α).
double pitman_likelihood(const Sample& s, double alpha, double theta) {
  double sum = (s.classes - 1) * std::log(alpha) + std::lgamma(theta / alpha + s.classes) - std::lgamma(theta / alpha + 1);
  sum -= std::lgamma(theta + s.rows) - std::lgamma(theta + 1);
  for (auto [size, classes] : *s.sizes)
    if (size > 1) sum += static_cast<double>(classes) * (std::lgamma(static_cast<double>(size) - alpha) - std::lgamma(1 - alpha));
  return sum;
}

std::optional<double> pitman(const Sample& s) {
  if (s.uniques == s.rows || s.uniques == 0) return std::nullopt;  // the likelihood has no maximum inside
  auto best_theta = [&](double alpha) {
    return std::exp(peak_of(std::log(1e-3), std::log(1e3 * s.people), [&](double log_theta) { return pitman_likelihood(s, alpha, std::exp(log_theta)); }));
  };
  double alpha = peak_of(1e-6, 1 - 1e-6, [&](double a) { return pitman_likelihood(s, a, best_theta(a)); });
  double theta = best_theta(alpha);
  double log_uniques = std::log(s.people) + std::lgamma(theta + alpha + s.people - 1) - std::lgamma(theta + alpha) + std::lgamma(theta + 1) - std::lgamma(theta + s.people);
  double uniques = std::exp(log_uniques);
  return std::isfinite(uniques) ? std::optional(std::min(uniques, s.people)) : std::nullopt;
}

// Probability that one of a class of `size` people is drawn, when n of N are.
double one_of(double size, const Sample& s) {
  double N = s.people, n = s.rows;
  if (N - size < n - 1) return 0;
  auto log_choose = [](double a, double b) { return std::lgamma(a + 1) - std::lgamma(b + 1) - std::lgamma(a - b + 1); };
  return size * std::exp(log_choose(N - size, n - 1) - log_choose(N, n));
}

std::optional<double> zayatz(const Sample& s) {
  double all = 0;
  for (auto [size, classes] : *s.sizes) all += static_cast<double>(classes) / s.classes * one_of(static_cast<double>(size), s);
  if (!(all > 0)) return std::nullopt;
  double unique_given_unique = s.uniques / s.classes * one_of(1, s) / all;
  return std::min(s.people, s.uniques * unique_given_unique / s.fraction);
}

// Class sizes 1 + Y, Y negative binomial with generating function ((1 − β)/(1 − βt))^α, each person drawn with the fraction.
struct Binomial {
  double alpha, beta;
  double classes(const Sample& s) const { return s.people / (1 + alpha * beta / (1 - beta)); }
  double h(double t) const { return std::pow((1 - beta) / (1 - beta * t), alpha); }
  double seen(const Sample& s) const { return classes(s) * (1 - (1 - s.fraction) * h(1 - s.fraction)); }
  double seen_once(const Sample& s) const {
    double q = 1 - s.fraction;
    return classes(s) * s.fraction * h(q) * (1 + q * alpha * beta / (1 - beta * q));
  }
  double uniques(const Sample& s) const { return classes(s) * std::pow(1 - beta, alpha); }
};

// The α that explains the number of classes seen, which falls when α grows; nothing when none does.
std::optional<Binomial> fit_alpha(const Sample& s, double beta) {
  double low = std::log(1e-9), high = std::log(1e9);
  auto seen = [&](double log_alpha) { return Binomial{std::exp(log_alpha), beta}.seen(s); };
  if (seen(low) < s.classes || seen(high) > s.classes) return std::nullopt;
  for (int i = 0; i < 100; i++) {
    double middle = (low + high) / 2;
    (seen(middle) > s.classes ? low : high) = middle;
  }
  return Binomial{std::exp(low), beta};
}

std::optional<double> snb(const Sample& s) {
  constexpr int steps = 200;
  std::optional<Binomial> before;
  double before_error = 0;
  for (int i = 1; i < steps; i++) {
    double beta = 1 / (1 + std::exp(-(16.0 * i / steps - 8)));
    auto now = fit_alpha(s, beta);
    double error = now ? now->seen_once(s) - s.uniques : 0;
    if (now && before && (error > 0) != (before_error > 0)) {
      double low = before->beta, high = now->beta;
      for (int j = 0; j < 80; j++) {
        auto middle = fit_alpha(s, (low + high) / 2);
        if (!middle) return std::nullopt;
        ((middle->seen_once(s) - s.uniques > 0) == (before_error > 0) ? low : high) = middle->beta;
        now = middle;
      }
      return std::min(s.people, now->uniques(s));
    }
    before = now;
    before_error = error;
  }
  return std::nullopt;
}

// By the rule of Dankar et al. where no model is named.
PopulationModel model_for(const PopulationEstimate& e, PopulationModel named) {
  if (named != PopulationModel::automatic) return named;
  if (e.fraction <= 0.1 && e.pitman) return PopulationModel::pitman;
  return e.zayatz && (!e.snb || *e.zayatz >= *e.snb) ? PopulationModel::zayatz : PopulationModel::snb;
}

}  // namespace

PopulationEstimate estimate_population(const table::ClassCount& count, double fraction, PopulationModel named) {
  Sample s{.rows = static_cast<double>(count.rows), .classes = static_cast<double>(count.classes), .uniques = static_cast<double>(count.unique_rows()),
           .fraction = fraction, .people = std::round(static_cast<double>(count.rows) / fraction), .sizes = &count.histogram};
  PopulationEstimate out{.fraction = fraction, .population_rows = s.people};
  if (count.rows == 0) return out;
  if (fraction >= 1) {
    out.pitman = out.zayatz = out.snb = out.uniques = s.uniques;
    out.chosen = "table";
    return out;
  }
  out.pitman = pitman(s);
  out.zayatz = zayatz(s);
  out.snb = snb(s);
  const PopulationModel model = model_for(out, named);
  out.uniques = model == PopulationModel::pitman ? out.pitman : model == PopulationModel::zayatz ? out.zayatz : out.snb;
  if (out.uniques) out.chosen = enum_names(model)[static_cast<size_t>(model)];
  return out;
}

Json to_json(const PopulationEstimate& e) {
  auto number = [](const std::optional<double>& v) { return v ? Json(*v) : Json(); };
  return Json::object({{"fraction", e.fraction}, {"population_rows", e.population_rows}, {"pitman", number(e.pitman)}, {"zayatz", number(e.zayatz)},
                       {"snb", number(e.snb)}, {"chosen", e.chosen}, {"uniques", number(e.uniques)},
                       {"uniqueness", e.uniques && e.population_rows > 0 ? Json(*e.uniques / e.population_rows) : Json()}});
}

}  // namespace sluice::anonymity
