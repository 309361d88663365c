#include "support/golden.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <vector>

namespace
{

const std::string MARK = "== ";

struct Section {
    std::string title, text;
    size_t line; /* of the title in the file, from 1 */
};

std::string variable(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value != nullptr ? value : otherwise;
}

bool rewriting()
{
    return variable("SQUARES_GOLDEN", "") == "rewrite";
}

std::string path_of(const std::string &suite)
{
    return variable("SQUARES_GOLDEN_DIR", "tests/golden") + "/" + suite + ".txt";
}

std::string without_last_lines(std::string text)
{
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text;
}

/* "Test" of "Test: part". */
std::string test_of(const std::string &title)
{
    return title.substr(0, title.find(": "));
}

/* The file of one suite. */
class Sections
{
  public:
    explicit Sections(const std::string &suite) : path(path_of(suite))
    {
        std::ifstream file(path);
        std::string line;
        for (size_t number = 1; std::getline(file, line); number++)
            if (line.compare(0, MARK.size(), MARK) == 0)
                all.push_back({line.substr(MARK.size()), "", number});
            else if (!all.empty())
                all.back().text += line + "\n";
        for (Section &section : all)
            section.text = without_last_lines(section.text);
    }

    Section *find(const std::string &title)
    {
        for (Section &section : all)
            if (section.title == title)
                return &section;
        return nullptr;
    }

    /* Sections of other tests stay where they are. */
    void put(const std::string &title, const std::string &text)
    {
        if (Section *old = find(title))
            old->text = text;
        else
            all.push_back({title, text, 0});
        write();
    }

    void drop(const std::string &title)
    {
        for (size_t i = all.size(); i-- > 0;)
            if (all[i].title == title)
                all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
        write();
    }

    std::string path;
    std::vector<Section> all;
    std::set<std::string> asked; /* titles, by the test that runs */

  private:
    void write() const
    {
        std::ofstream file(path);
        for (const Section &section : all)
            file << (&section == all.data() ? "" : "\n") << MARK << section.title << "\n"
                 << section.text << "\n";
        if (!file.flush())
            ADD_FAILURE() << "cannot write " << path;
    }
};

Sections &of_suite(const std::string &suite)
{
    static std::map<std::string, Sections> files;
    return files.try_emplace(suite, suite).first->second;
}

/* The first line that differs, as both have it. */
std::string difference(const std::string &text, const std::string &wanted)
{
    std::istringstream a(text), b(wanted);
    std::string is, was;
    for (int line = 1;; line++) {
        const bool more = static_cast<bool>(std::getline(a, is));
        const bool others = static_cast<bool>(std::getline(b, was));
        if (!more && !others)
            return "";
        if (more != others || is != was)
            return "line " + std::to_string(line) + "\n  is  " + (more ? is : "(no more)") +
                   "\n  was " + (others ? was : "(no more)");
    }
}

/* Whether its suite has a test of that name, whether it runs now or not. */
bool has_test(const std::string &suite, const std::string &name)
{
    const testing::UnitTest &all = *testing::UnitTest::GetInstance();
    for (int s = 0; s < all.total_test_suite_count(); s++)
        for (int t = 0; t < all.GetTestSuite(s)->total_test_count(); t++)
            if (suite == all.GetTestSuite(s)->name() &&
                name == all.GetTestSuite(s)->GetTestInfo(t)->name())
                return true;
    return false;
}

/* Whether a file is of this program: the suite of another may have the same name. */
bool is_own(const std::string &suite, const std::vector<Section> &sections)
{
    return std::any_of(sections.begin(), sections.end(), [&suite](const Section &section) {
        return has_test(suite, test_of(section.title));
    });
}

class Golden : public testing::EmptyTestEventListener
{
    void OnTestEnd(const testing::TestInfo &test) override
    {
        Sections &file = of_suite(test.test_suite_name());
        const std::vector<Section> had = file.all;
        const std::set<std::string> asked = std::move(file.asked);
        file.asked.clear();
        if (!test.result()->Passed() || !is_own(test.test_suite_name(), had))
            return; /* it may have ended before it asked */
        for (const Section &section : had) {
            const std::string of = test_of(section.title);
            const bool unasked = of == test.name() && asked.count(section.title) == 0;
            if (!unasked && has_test(test.test_suite_name(), of))
                continue;
            if (rewriting())
                file.drop(section.title);
            else
                ADD_FAILURE() << file.path << ":" << section.line << ": '" << section.title
                              << "' is not asked for: make golden";
        }
    }
};

} // namespace

testing::AssertionResult golden(const std::string &text, const std::string &part)
{
    const testing::TestInfo *test = testing::UnitTest::GetInstance()->current_test_info();
    Sections &file = of_suite(test->test_suite_name());
    const std::string title = test->name() + (part.empty() ? "" : ": " + part);
    const std::string is = without_last_lines(text);
    if (!file.asked.insert(title).second)
        return testing::AssertionFailure() << "'" << title << "' is asked for twice";
    if (("\n" + is).find("\n" + MARK) != std::string::npos)
        return testing::AssertionFailure() << "a line begins with '" << MARK << "'";
    if (rewriting())
        return file.put(title, is), testing::AssertionSuccess();
    const Section *section = file.find(title);
    if (section == nullptr)
        return testing::AssertionFailure()
               << file.path << " has no '" << title << "': make golden; it is\n"
               << is;
    if (section->text == is)
        return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << file.path << ":" << section->line << ": '" << title << "' differs in "
           << difference(is, section->text) << "\nif it should: make golden. All of it:\n"
           << is;
}

testing::TestEventListener *golden_listener()
{
    return new Golden;
}
