/*
 * svg - that it is well formed, stays within its size, and says of each PU all who sit there. A
 * parser of a few lines reads it back: no tool is needed.
 */
#include "support/seat_maps.h"

#include <map>
#include <regex>

extern "C" {
#include "draw/svg.h"
}

namespace
{

struct Group {
    std::string text;
    int width = 0, height = 0;
};

Group group_of(const SeatMap &seat_map)
{
    Group group;
    char *text = svg_group(&seat_map.seat_map, &group.width, &group.height);
    EXPECT_NE(text, nullptr);
    group.text = text != nullptr ? text : "";
    free(text);
    return group;
}

std::string document_of(std::vector<Group> groups)
{
    std::vector<char *> texts;
    std::vector<int> widths, heights;
    for (Group &group : groups) {
        texts.push_back(group.text.data());
        widths.push_back(group.width);
        heights.push_back(group.height);
    }
    char *text =
        svg_document(texts.data(), widths.data(), heights.data(), static_cast<int>(groups.size()));
    EXPECT_NE(text, nullptr);
    std::string all = text != nullptr ? text : "";
    free(text);
    return all;
}

/* An element as it was found: its name, its attributes, and the text right after its tag. */
struct Element {
    std::string name;
    std::map<std::string, std::string> attributes;
    std::string text;

    int number(const std::string &key) const
    {
        auto found = attributes.find(key);
        return found != attributes.end() ? std::stoi(found->second) : 0;
    }
};

bool well_escaped(const std::string &text)
{
    static const std::regex good("([^&<>]|&(amp|lt|gt);)*");
    return std::regex_match(text, good);
}

/* Reads tags, checks that they are balanced and their attributes and texts as XML wants them.
 * `wrong` says what is not. */
std::vector<Element> parse(const std::string &xml, std::string &wrong)
{
    static const std::regex attribute("\\s+([a-zA-Z-]+)=\"([^\"<&]*)\"");
    std::vector<Element> found;
    std::vector<std::string> open;
    size_t at = 0;
    if (xml.compare(0, 5, "<?xml") == 0)
        at = xml.find("?>") + 2;
    while ((at = xml.find('<', at)) != std::string::npos) {
        size_t end = xml.find('>', at), next = xml.find('<', end);
        if (end == std::string::npos)
            wrong = "a tag without an end";
        if (end == std::string::npos)
            return found;
        std::string tag = xml.substr(at + 1, end - at - 1);
        at = end;
        if (tag[0] == '/') {
            if (open.empty() || open.back() != tag.substr(1))
                wrong = "closes what is not open: " + tag;
            if (!open.empty())
                open.pop_back();
            continue;
        }
        bool empty = tag.back() == '/';
        if (empty)
            tag.pop_back();
        Element element;
        size_t name = tag.find_first_of(" \n");
        element.name = tag.substr(0, name);
        element.text = xml.substr(end + 1, next - end - 1);
        std::string rest = name != std::string::npos ? tag.substr(name) : "";
        for (std::smatch match;
             std::regex_search(rest, match, attribute, std::regex_constants::match_continuous);
             rest = match.suffix())
            if (!element.attributes.emplace(match[1], match[2]).second)
                wrong = "twice the same attribute: " + tag;
        if (!rest.empty() || !well_escaped(element.text))
            wrong = "cannot be read: " + tag + ">" + element.text;
        if (!empty)
            open.push_back(element.name);
        found.push_back(element);
    }
    if (!open.empty())
        wrong = "never closed: " + open.back();
    return found;
}

std::vector<Element> elements_of(const std::string &xml)
{
    std::string wrong;
    std::vector<Element> elements = parse(xml, wrong);
    EXPECT_EQ(wrong, "");
    return elements;
}

/* The titles of PUs, by OS number, without what they begin with. */
std::multimap<int, std::string> titles_in(const std::string &xml)
{
    static const std::regex pu("P#([0-9]+)( of core L#[0-9]+)?: (.*)");
    std::multimap<int, std::string> titles;
    for (const Element &element : elements_of(xml)) {
        std::smatch match;
        if (element.name == "title" && std::regex_match(element.text, match, pu))
            titles.emplace(std::stoi(match[1]), match[3]);
    }
    return titles;
}

/* Whether two boxes are apart, or one is within the other with room around it. */
bool apart_or_within(const Element &a, const Element &b)
{
    auto side = [](const Element &e, const char *from, const char *size) {
        return std::pair<int, int>(e.number(from), e.number(from) + e.number(size));
    };
    const auto ax = side(a, "x", "width"), bx = side(b, "x", "width");
    const auto ay = side(a, "y", "height"), by = side(b, "y", "height");
    if (ax.second < bx.first || bx.second < ax.first || ay.second < by.first ||
        by.second < ay.first)
        return true;
    auto within = [](std::pair<int, int> inner, std::pair<int, int> outer) {
        return inner.first > outer.first && inner.second < outer.second;
    };
    return (within(ax, bx) && within(ay, by)) || (within(bx, ax) && within(by, ay));
}

void check_boxes(const std::vector<Element> &elements)
{
    std::vector<Element> boxes;
    for (const Element &element : elements)
        if (element.name == "rect")
            boxes.push_back(element);
    for (size_t i = 0; i < boxes.size(); i++)
        for (size_t k = i + 1; k < boxes.size() && boxes.size() < 200; k++)
            ASSERT_TRUE(apart_or_within(boxes[i], boxes[k])) << i << " and " << k;
}

/* What holds for every host. */
void check_all(const SeatMap &seat_map)
{
    const Group group = group_of(seat_map);
    EXPECT_EQ(group.text, group_of(seat_map).text);
    EXPECT_LE(group.width, 1200);
    check_boxes(elements_of(group.text));
    EXPECT_EQ(titles_in(group.text).size(), static_cast<size_t>(hwloc_get_nbobjs_by_type(
                                                seat_map.seat_map.topology, HWLOC_OBJ_PU)));
    for (const Element &element : elements_of(group.text)) {
        EXPECT_GE(element.number("x"), 0);
        EXPECT_GE(element.number("y"), 0);
        EXPECT_LE(element.number("x") + element.number("width"), group.width);
        EXPECT_LE(element.number("y") + element.number("height"), group.height);
        int wide = element.name == "text" ? static_cast<int>(element.text.size()) * 11 / 2 : 0;
        EXPECT_LE(element.number("x") + wide, group.width + 1) << element.text;
    }
    for (const char *foreign : {"<script", "href", "url(", "@import", "<style"})
        EXPECT_EQ(group.text.find(foreign), std::string::npos) << foreign;
    (void)elements_of(document_of({group, group}));
}

void check_shapes(const Imagined &machine)
{
    for (int ranks : {1, 3, 20}) {
        SCOPED_TRACE(testing::Message() << ranks << " ranks of 3 threads");
        check_all(SeatMap(machine, ranks, 3, cores_dealt(machine, 3 * ranks)));
        check_all(SeatMap(machine, ranks, 3, all_on(text_of(machine.usable), 3 * ranks)));
    }
}

} // namespace

/* The parser that the other tests rely on. */
TEST(Svg, ParserFindsWhatIsWrong)
{
    for (const char *bad : {"<g>", "<g></h>", "</g>", "<g a=b/>", "<g a=\"1\" a=\"2\"/>",
                            "<g>&x</g>", "<g a=\"<\"/>", "<g", "<g><h></g></h>"}) {
        std::string wrong;
        (void)parse(bad, wrong);
        EXPECT_NE(wrong, "") << bad;
    }
    EXPECT_EQ(elements_of("<g a=\"1\"\n b-c=\"x y\">a &amp; b<h/></g>").size(), 2u);
}

TEST(Svg, SaysWhoSitsOnEachPu)
{
    Imagined machine("pack:2 [numa] core:2 pu:2", "0-6");
    SeatMap seat_map(machine, 3, 2, {"0-1", "0-1", "0-1", "2", "4-7", "4-7"}, {0, 1, 5});
    EXPECT_EQ(titles_in(group_of(seat_map).text),
              (std::multimap<int, std::string>{{0, "0.0-1.0"},
                                               {1, "0.0-1.0"},
                                               {2, "1.1"},
                                               {3, "idle"},
                                               {4, "open"},
                                               {5, "open"},
                                               {6, "open"},
                                               {7, "not usable"}}));
    EXPECT_NE(group_of(seat_map).text.find("<title>anywhere in it: 5.0-5.1</title>"),
              std::string::npos);
}

TEST(Svg, DrawsWhatTheMachineIsMadeOf)
{
    Imagined machine("pack:2 [numa] l3:2 core:2 pu:2");
    SeatMap seat_map(machine, 2, 2, cores_dealt(machine, 4));
    std::map<std::string, int> texts;
    int boxes = 0;
    for (const Element &element : elements_of(group_of(seat_map).text)) {
        boxes += element.name == "rect";
        if (element.name == "text")
            texts[element.text]++;
    }
    EXPECT_EQ(boxes, 2 + 4 + 8 + 16); /* package and NUMA node are one */
    for (const char *text : {"Package L#0, NUMA node L#0", "Package L#1, NUMA node L#1", "L3 L#0",
                             "L3 L#3", "core L#0", "core L#7", "P#0", "P#15", "node7"})
        EXPECT_EQ(texts[text], 1) << text;
    EXPECT_EQ(texts["0.0"], 2); /* both threads of its core */
    EXPECT_EQ(texts["-"], 8);
}

TEST(Svg, EscapesNames)
{
    Imagined machine("core:2 pu:1");
    hwloc_obj_add_info(hwloc_get_root_obj(machine.topology), "CPUModel", "<b> & \"c\" ]]>");
    SeatMap seat_map(machine, 1, 1, {"0"}, {}, "a<b>&'c'\001\xff");
    const Group group = group_of(seat_map);
    (void)elements_of(group.text);
    EXPECT_NE(group.text.find(">a&lt;b&gt;&amp;'c'??: &lt;b&gt; &amp; \"c\" ]]&gt;<"),
              std::string::npos)
        << group.text;
}

TEST(Svg, DocumentStacksItsGroups)
{
    Imagined small("core:2 pu:1"), large("pack:2 core:8 pu:2");
    Group one = group_of(SeatMap(small, 1, 1, {"0"})), two = group_of(SeatMap(large, 1, 1, {"0"}));
    const std::vector<Element> elements = elements_of(document_of({one, two, one}));
    ASSERT_FALSE(elements.empty());
    EXPECT_EQ(elements[0].name, "svg");
    EXPECT_EQ(elements[0].attributes.at("xmlns"), "http://www.w3.org/2000/svg");
    EXPECT_GE(elements[0].number("width"), two.width);
    std::vector<int> tops;
    for (const Element &element : elements) {
        auto moved = element.attributes.find("transform");
        int x, y;
        if (moved == element.attributes.end())
            continue;
        ASSERT_EQ(sscanf(moved->second.c_str(), "translate(%d,%d)", &x, &y), 2);
        EXPECT_LE(x + two.width, elements[0].number("width"));
        tops.push_back(y);
    }
    ASSERT_EQ(tops.size(), 3u);
    EXPECT_GE(tops[1], tops[0] + one.height);
    EXPECT_GE(tops[2], tops[1] + two.height);
    EXPECT_LE(tops[2] + one.height, elements[0].number("height"));
    EXPECT_FALSE(elements_of(document_of({})).empty());
}

TEST(Svg, OfALargeMachineIsNeitherLongNorWide)
{
    Imagined machine("pack:2 [numa] l3:12 core:8 pu:2");
    const Group group = group_of(SeatMap(machine, 192, 2, cores_dealt(machine, 384)));
    EXPECT_LE(group.width, 1200);
    EXPECT_LE(group.height, 2000);
    EXPECT_LT(group.text.size(), 300000u);
    const Group crowd = group_of(SeatMap(machine, 20000, 1, cores_dealt(machine, 20000)));
    EXPECT_LT(crowd.text.size(), 1000000u);
}

TEST(Svg, OfAwkwardMachines)
{
    for (const Awkward &made : awkward_machines()) {
        SCOPED_TRACE(testing::Message() << made.machine << " of " << made.usable);
        Imagined machine(made.machine, made.usable);
        check_shapes(machine);
        if (HasFailure())
            return;
    }
}

TEST(Svg, OfRealMachines)
{
    const std::vector<std::string> files = saved_machines();
    if (files.empty())
        GTEST_SKIP() << "no saved machines: SQUARES_TOPOLOGIES names their folder";
    for (const std::string &file : files) {
        SCOPED_TRACE(file);
        Imagined machine(file);
        check_shapes(machine);
        if (HasFailure())
            return;
    }
}
