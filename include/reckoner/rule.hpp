// SPDX-License-Identifier: MIT
//
// rule.hpp: the rule interface for C++17 and later. Optional: plugin.h serves C++ as it is; this
// adds numbers with operators and tables without designated members.
//
//     static const rk_param params[] = {
//         reckoner::param("amount", RK_PARAM_EXACT, offsetof(own, amount)).required().min("0"),
//         {}};
//
//     static int settle(const rk_host *h, const void *p, const void *, const rk_settlement *s)
//     {
//         const reckoner::host host(h);
//         const reckoner::number cases = host.number(s->quantity).named("cases");
//         return host.line("Cases").quantity(cases, "case").rate(static_cast<const own *>(p)->rate).write();
//     }
//
// tests/languages/cxx/rule.cc is a whole rule.
#ifndef RECKONER_RULE_HPP
#define RECKONER_RULE_HPP

#include "plugin.h"

namespace reckoner
{

// An entry of a table of parameters.
struct param : rk_param {
    constexpr param(const char *name_, rk_param_type type_, size_t offset_, const char *help_ = nullptr)
        : rk_param{}
    {
        name = name_;
        type = type_;
        offset = offset_;
        help = help_;
    }
    constexpr param required() const
    {
        param p = *this;
        p.flags |= RK_REQUIRED;
        return p;
    }
    constexpr param per_time() const
    {
        param p = *this;
        p.flags |= RK_PER_TIME;
        return p;
    }
    constexpr param otherwise(const char *text) const
    {
        param p = *this;
        p.default_value = text;
        return p;
    }
    constexpr param between(const char *low, const char *high) const
    {
        param p = *this;
        p.min = low;
        p.max = high;
        return p;
    }
    constexpr param in(const char *unit_) const
    {
        param p = *this;
        p.unit = unit_;
        return p;
    }
};

// An entry of a table of columns.
struct column : rk_column {
    constexpr column(const char *table_, const char *name_, rk_column_type type_,
                     const char *help_ = nullptr)
        : rk_column{}
    {
        table = table_;
        name = name_;
        type = type_;
        help = help_;
    }
    constexpr column flagged(uint32_t more) const
    {
        column c = *this;
        c.flags |= more;
        return c;
    }
    constexpr column otherwise(const char *text) const
    {
        column c = *this;
        c.default_value = text;
        return c;
    }
    constexpr column from(const char *lookup_) const
    {
        column c = *this;
        c.lookup = lookup_;
        return c;
    }
    constexpr column in(const char *unit_) const
    {
        column c = *this;
        c.unit = unit_;
        return c;
    }
};

// An exact number of the host's, with operators. Valid until the call of the rule returns.
class number
{
  public:
    number(const rk_host *host, rk_num value) : host_(host), value_(value) {}
    operator rk_num() const { return value_; }
    bool missing() const { return value_ == nullptr; }
    number named(const char *name) const { return {host_, host_->label(host_, value_, name)}; }
    number rounded(int places) const { return {host_, host_->round(host_, value_, places)}; }
    number floor() const { return {host_, host_->floor(host_, value_)}; }
    number ceil() const { return {host_, host_->ceil(host_, value_)}; }
    number power(int64_t p, int64_t q, int places) const
    {
        return {host_, host_->power(host_, value_, p, q, places)};
    }
    friend number operator+(number a, number b)
    {
        return {a.host_, a.host_->add(a.host_, a.value_, b.value_)};
    }
    friend number operator-(number a, number b)
    {
        return {a.host_, a.host_->sub(a.host_, a.value_, b.value_)};
    }
    friend number operator*(number a, number b)
    {
        return {a.host_, a.host_->mul(a.host_, a.value_, b.value_)};
    }
    friend number operator/(number a, number b)
    {
        return {a.host_, a.host_->div(a.host_, a.value_, b.value_)};
    }
    friend number operator-(number a) { return {a.host_, a.host_->neg(a.host_, a.value_)}; }
    friend bool operator<(number a, number b)
    {
        return a.host_->compare(a.host_, a.value_, b.value_) < 0;
    }
    friend number min(number a, number b)
    {
        return {a.host_, a.host_->min(a.host_, a.value_, b.value_)};
    }
    friend number max(number a, number b)
    {
        return {a.host_, a.host_->max(a.host_, a.value_, b.value_)};
    }

  private:
    const rk_host *host_;
    rk_num value_;
};

// A ledger line, written by write().
class line
{
  public:
    line(const rk_host *host, const char *label) : host_(host) { line_.label = label; }
    line &quantity(rk_num n, const char *unit)
    {
        line_.quantity = n;
        line_.unit = unit;
        return *this;
    }
    line &rate(rk_num n)
    {
        line_.rate = n;
        return *this;
    }
    line &factor(rk_num n)
    {
        line_.factor = n;
        return *this;
    }
    line &source(const char *text)
    {
        line_.source = text;
        return *this;
    }
    line &memo()
    {
        line_.memo = true;
        return *this;
    }
    int write() const { return host_->line(host_, &line_); }

  private:
    const rk_host *host_;
    rk_line line_ = {};
};

// The host during one call of the rule.
class host
{
  public:
    explicit host(const rk_host *h) : h_(h) {}
    reckoner::number number(rk_num n) const { return {h_, n}; }
    reckoner::number number(int64_t n) const { return {h_, h_->integer(h_, n)}; }
    reckoner::line line(const char *label) const { return {h_, label}; }
    const rk_host *c() const { return h_; }

  private:
    const rk_host *h_;
};

} // namespace reckoner

#endif
