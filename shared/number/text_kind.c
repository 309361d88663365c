#include "number/text_kind.h"

#include <stdbool.h>
#include <string.h>

#define UTF16 "this is text in UTF-16"

static const struct {
    const char *bytes;
    bool begins; /* must begin the word; otherwise it may be anywhere in it */
    const char *cause, *remedy;
} SIGNS[] = {
    {"\x93NUMPY", true, "this is a .npy file", "give it a name that ends in .npy"},
    {"PK\3\4", true, "this is a .zip or .npz archive",
     "unpack it, or save one NumPy array with numpy.save"},
    {"\x1f\x8b", true, "this is compressed by gzip",
     "unpack it: gunzip -c FILE | squares run -i -"},
    {"\xef\xbb\xbf", false,
     "there is a UTF-8 byte order mark inside the text, as after joining two files",
     "remove the marks: sed 's/\\xef\\xbb\\xbf//g' FILE >NEW"},
    {"\xff\xfe?\?", false, "this is text in UTF-32",
     "turn it into UTF-8: iconv -f UTF-32 -t UTF-8 FILE >NEW"},
    {"\xff\xfe", false, UTF16, "turn it into UTF-8: iconv -f UTF-16 -t UTF-8 FILE >NEW"},
    {"\xfe\xff", false, UTF16, "turn it into UTF-8: iconv -f UTF-16 -t UTF-8 FILE >NEW"},
};

/* Recognises UTF-16 without its mark, by a zero byte before or after each character. As words are
 * cut at separators, half of one may be left at either end. */
static int tell_by_nuls(const struct text_word *word, const char *where, struct err *err)
{
    size_t length = strlen(word->word), others = length - word->nuls;
    if (word->nuls == 0 || others == 0)
        return 0;
    for (size_t i = 0; i < length; i++)
        if (word->word[i] != '\r' && (word->word[i] < ' ' || word->word[i] > '~'))
            return 0;
    for (size_t i = 1; i < length; i++)
        if ((word->word[i] == '?') == (word->word[i - 1] == '?'))
            return 0;
    bool big = word->line == 1 && word->word[0] == '?';
    err_set(err, ERR_INPUT, "%s: " UTF16 ", without a mark that says so", where);
    return err_remedy(err, "turn it into UTF-8: iconv -f %s -t UTF-8 FILE >NEW",
                      big ? "UTF-16BE" : "UTF-16LE");
}

int text_kind_tell(const struct text_word *word, const char *where, struct err *err)
{
    for (size_t i = 0; i < sizeof(SIGNS) / sizeof(SIGNS[0]); i++) {
        const char *at = strstr(word->word, SIGNS[i].bytes);
        if (at == NULL || (SIGNS[i].begins && at != word->word))
            continue;
        err_set(err, ERR_INPUT, "%s: %s", where, SIGNS[i].cause);
        return err_remedy(err, "%s", SIGNS[i].remedy);
    }
    return tell_by_nuls(word, where, err);
}

void text_kind_advise(const char *word, struct err *err)
{
    if (strchr(word, ',') != NULL || strchr(word, ';') != NULL)
        err_remedy(err, "write 0.5 for 0,5, 1000 for 1,000, and blanks between numbers");
}
