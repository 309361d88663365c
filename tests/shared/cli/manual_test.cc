/* The tables of commands: whatever stands in a row is found in the list, the page and completion.
 */
#include "support/golden.h"
#include "support/streams.h"

#include <set>

extern "C" {
#include "cli/manual.h"
}

namespace
{

const struct argp_option OPTIONS[] = {
    {nullptr, 0, nullptr, 0, "What it does:", 1},
    {"frobnicate", 'f', "WHAT", 0, ".starts with a dot, has a \\ and a-hyphen", 1},
    {"plain", 1000, nullptr, 0, "nothing else", 1},
    {"maybe", 1001, "N", OPTION_ARG_OPTIONAL, "with a value or without", 1},
    {"secret", 1002, nullptr, OPTION_HIDDEN, "is not told", 1},
    {}};
const struct argp ARGP = {OPTIONS, nullptr, "ONE\nTWO", "Does this.", nullptr, nullptr, nullptr};
void tell_table(FILE *out)
{
    (void)fputs("A table:\n  .a  b\n", out);
}
const struct command_line DUMMY = {"dummy", "a command of this test", &ARGP, tell_table, nullptr,
                                   nullptr};
const struct command_line *const LINES[] = {&RUN_LINE,  &COMPARE_LINE, &PLACE_LINE, &CPUS_LINE,
                                            &DEMO_LINE, &DUMMY,        nullptr};
const struct command_line *const DUMMY_ALONE[] = {&DUMMY, nullptr};

std::string told(void (*print)(const struct command_line *const *, FILE *),
                 const struct command_line *const *lines = LINES)
{
    return printed([print, lines](FILE *out) { print(lines, out); });
}

bool has(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

/* All options of a command and of what it shares with others. */
void collect(const struct argp *argp, std::set<std::string> &names)
{
    for (const struct argp_option *o = argp->options; o->name != nullptr || o->doc != nullptr; o++)
        if (o->name != nullptr && (o->flags & OPTION_HIDDEN) == 0)
            names.insert(o->name);
    for (const struct argp_child *c = argp->children; c != nullptr && c->argp != nullptr; c++)
        collect(c->argp, names);
}

} // namespace

TEST(NearestName, OfWordsLikeIt)
{
    const char *const names[] = {"run", "compare", "place", "demo", nullptr};
    const struct {
        const char *word, *nearest;
    } rows[] = {
        {"", nullptr},           {"x", nullptr},         {"1", nullptr},
        {"squre", nullptr},      {"cpmpare", "compare"}, {"comapre", "compare"},
        {"compar", "compare"},   {"ocmpare", "compare"}, {"compares", "compare"},
        {"plcae", "place"},      {"plac", "place"},      {"dem", "demo"},
        {"rnu", "run"},          {"ru", nullptr},        {"rum", "run"},
        {"comparison", nullptr}, {"Compare", "compare"}, {"compare", "compare"},
    };
    for (const auto &row : rows)
        EXPECT_STREQ(nearest_name(row.word, names), row.nearest) << row.word;
    EXPECT_EQ(nearest_name(std::string(1000, 'r').c_str(), names), nullptr);
}

/* argp wraps the options; the tables below them are printed as they are. */
TEST(CommandLine, HelpFitsIntoATerminal)
{
    for (const struct command_line *const *line = LINES; *line != nullptr; line++) {
        std::istringstream help(printed([line](FILE *out) { command_line_help(*line, out); }));
        for (std::string text; std::getline(help, text);)
            EXPECT_LE(text.size(), 80u) << text;
    }
}

TEST(Manual, AnotherCommandIsInTheList)
{
    EXPECT_TRUE(has(told(manual_overview), "\n  dummy      " + std::string(DUMMY.help) + "\n"));
}

TEST(Manual, AnotherCommandIsOnThePage)
{
    const std::string page = told(manual_page, DUMMY_ALONE);
    EXPECT_TRUE(golden(page.substr(page.find(".SH NAME")))); /* after the version */
    EXPECT_FALSE(has(page, "secret")) << page;
    EXPECT_TRUE(has(told(manual_page), "\n.SH SQUARES DUMMY\n"));
}

TEST(Manual, AnotherCommandIsCompleted)
{
    EXPECT_TRUE(has(told(manual_completion), " run compare place cpus demo dummy\"\n"));
    EXPECT_TRUE(golden(told(manual_completion, DUMMY_ALONE)));
}

TEST(Manual, ThePageNamesEveryOptionOfEveryCommand)
{
    const std::string page = told(manual_page);
    for (const struct command_line *const *line = LINES; *line != nullptr; line++) {
        std::string heading = ".SH SQUARES ";
        for (const char *c = (*line)->name; *c != '\0'; c++)
            heading += static_cast<char>(toupper(*c));
        size_t from = page.find(heading);
        ASSERT_NE(from, std::string::npos) << heading;
        const std::string part = page.substr(from, page.find(".SH ", from + 1) - from);
        std::set<std::string> names;
        collect((*line)->argp, names);
        EXPECT_GE(names.size(), 3u);
        for (const std::string &name : names) {
            std::string escaped;
            for (char c : name)
                escaped += c == '-' ? std::string("\\-") : std::string(1, c);
            EXPECT_TRUE(has(part, "\\fB\\-\\-" + escaped + "\\fR")) << (*line)->name << " " << name;
        }
    }
}

/* An unexpected line that begins with a dot would be taken for a request. */
TEST(Manual, ThePageHasOnlyItsOwnRequests)
{
    const std::set<std::string> known = {".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi", ".br"};
    std::istringstream page(told(manual_page));
    for (std::string line; std::getline(page, line);) {
        bool request = !line.empty() && (line[0] == '.' || line[0] == '\'');
        EXPECT_TRUE(!request || known.count(line.substr(0, 3)) == 1) << line;
    }
}
