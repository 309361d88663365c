#include "cli/manual.h"

#include "version.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* --- a command's options, including those of children --- */

/* An option without a name is the title of those after it. */
typedef void option_fn(const struct argp_option *option, FILE *out);

static void each_option(const struct argp *argp, option_fn *tell, FILE *out)
{
    const struct argp_option *o = argp->options;
    for (; o != NULL && (o->name != NULL || o->doc != NULL || o->key != 0); o++)
        if ((o->flags & (OPTION_DOC | OPTION_HIDDEN)) == 0)
            tell(o, out);
    for (const struct argp_child *c = argp->children; c != NULL && c->argp != NULL; c++)
        each_option(c->argp, tell, out);
}

/* --- the list --- */

void manual_overview(const struct command_line *const *lines, FILE *out)
{
    (void)fprintf(out, "Usage: squares [COMMAND] [OPTION...]\n\n"
                       "Processes, threads, or both? Measured on the machine in front of you.\n"
                       "Without a command: a short comparison, as a first look; its options are\n"
                       "those of compare.\n\nCommands:\n");
    for (; *lines != NULL; lines++)
        (void)fprintf(out, "  %-10s %s\n", (*lines)->name, (*lines)->help);
    (void)fprintf(out, "\n'squares COMMAND --help' tells more. Options: --help, --version;\n"
                       "--manual and --completion print the manual page and a script for bash.\n"
                       "Under MPI: mpirun -np 8 ./squares run 1 2 3 4 5\n");
}

/* --- the manual page --- */

/* Prints the text unchanged, whatever it begins with; hyphens stay hyphens that can be copied. */
static void tell_text(const char *text, size_t length, FILE *out)
{
    bool begins = true;
    for (size_t i = 0; i < length; i++) {
        if (begins && (text[i] == '.' || text[i] == '\''))
            (void)fputs("\\&", out);
        begins = text[i] == '\n';
        if (text[i] == '\\')
            (void)fputs("\\e", out);
        else if (text[i] == '-')
            (void)fputs("\\-", out);
        else
            (void)fputc(text[i], out);
    }
}

static void tell_string(const char *text, FILE *out)
{
    tell_text(text, strlen(text), out);
}

static void tell_name(const struct argp_option *o, FILE *out)
{
    (void)fprintf(out, ".TP\n\\fB");
    if (o->key < 128 && isprint(o->key))
        (void)fprintf(out, "\\-%c\\fR, \\fB", o->key);
    (void)fputs("\\-\\-", out);
    tell_string(o->name, out);
    (void)fputs("\\fR", out);
    if (o->arg != NULL) {
        bool optional = (o->flags & OPTION_ARG_OPTIONAL) != 0;
        (void)fputs(optional ? "[=\\fI" : "=\\fI", out);
        tell_string(o->arg, out);
        (void)fputs(optional ? "\\fR]" : "\\fR", out);
    }
    (void)fputc('\n', out);
}

static void tell_option(const struct argp_option *o, FILE *out)
{
    if (o->name != NULL)
        tell_name(o, out);
    else
        (void)fputs(".SS ", out);
    tell_string(o->doc != NULL ? o->doc : "", out);
    (void)fputc('\n', out);
}

/* Prints the ways to call it: one for each line of args_doc. */
static void tell_synopsis(const struct command_line *line, FILE *out)
{
    const char *words = line->argp->args_doc != NULL ? line->argp->args_doc : "";
    do {
        size_t length = strcspn(words, "\n");
        (void)fprintf(out, ".br\n\\fBsquares %s\\fR [\\fIOPTION\\fR...] ", line->name);
        tell_text(words, length, out);
        (void)fputc('\n', out);
        words += length + (words[length] == '\n');
    } while (*words != '\0');
}

/* Prints the tables below the options, as in the command's help. */
static void tell_tables(const struct command_line *line, FILE *out)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = line->tell_tables != NULL ? open_memstream(&text, &size) : NULL;
    if (memory == NULL)
        return;
    line->tell_tables(memory);
    if (fclose(memory) == 0) {
        (void)fprintf(out, ".PP\n.nf\n");
        tell_text(text, size, out);
        (void)fprintf(out, ".fi\n");
    }
    free(text);
}

static void tell_command(const struct command_line *line, FILE *out)
{
    const char *doc = line->argp->doc != NULL ? line->argp->doc : "";
    (void)fprintf(out, ".SH SQUARES ");
    for (const char *c = line->name; *c != '\0'; c++)
        (void)fputc(toupper((unsigned char)*c), out);
    (void)fputc('\n', out);
    tell_string(line->help, out);
    (void)fprintf(out, ".\n.PP\n");
    tell_string(doc, out);
    (void)fputc('\n', out);
    each_option(line->argp, tell_option, out);
    tell_tables(line, out);
}

void manual_page(const struct command_line *const *lines, FILE *out)
{
    (void)fprintf(out, ".TH SQUARES 1 \"\" \"squares %s\" \"User Commands\"\n", SQUARES_VERSION);
    (void)fprintf(out,
                  ".SH NAME\nsquares \\- processes, threads, or both? Measured on this machine\n"
                  ".SH SYNOPSIS\n\\fBsquares\\fR [\\fIOPTION\\fR...]\n");
    for (int i = 0; lines[i] != NULL; i++)
        tell_synopsis(lines[i], out);
    (void)fprintf(out, ".PP\nUnder MPI: \\fBmpirun \\-np 8 squares run 1 2 3 4 5\\fR\n"
                       ".SH DESCRIPTION\n"
                       "Runs the same work as processes, as threads that share memory, and as\n"
                       "both, shows where the time went and what bounds it, and says what to pick\n"
                       "and how to launch it. Without a command it does so in a few seconds, as a\n"
                       "first look; the options are those of \\fBcompare\\fR.\n");
    for (int i = 0; lines[i] != NULL; i++)
        tell_command(lines[i], out);
    (void)fprintf(out, ".SH SEE ALSO\n\\fBmpirun\\fR(1), \\fBhwloc\\fR(7), \\fBlstopo\\fR(1), "
                       "\\fBsrun\\fR(1), \\fBtaskset\\fR(1)\n");
}

/* --- completion --- */

static void tell_word(const struct argp_option *o, FILE *out)
{
    if (o->name != NULL)
        (void)fprintf(out, " --%s", o->name);
}

void manual_completion(const struct command_line *const *lines, FILE *out)
{
    (void)fprintf(out, "_squares() {\n    local words=\"--help --version");
    for (int i = 0; lines[i] != NULL; i++)
        (void)fprintf(out, " %s", lines[i]->name);
    (void)fprintf(out, "\"\n    case ${COMP_WORDS[1]} in\n");
    for (int i = 0; lines[i] != NULL; i++) {
        (void)fprintf(out, "    %s) [ \"$COMP_CWORD\" -gt 1 ] && words=\"", lines[i]->name);
        each_option(lines[i]->argp, tell_word, out);
        (void)fprintf(out, "\" ;;\n");
    }
    (void)fprintf(out, "    esac\n"
                       "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
                       "\"${COMP_WORDS[COMP_CWORD]}\")\n"
                       "}\ncomplete -o default -F _squares squares\n");
}
