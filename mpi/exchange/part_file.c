#include "exchange/part_file.h"

#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* The text of an MPI error without its name: "no such file or directory". */
static const char *text_of(int code, char text[MPI_MAX_ERROR_STRING])
{
    int length = 0;
    MPI_Error_string(code, text, &length);
    const char *behind = strstr(text, ": ");
    return behind != NULL ? behind + 2 : text;
}

static const char *verb_of(const struct part_file *file)
{
    return file->writes ? "write" : "read";
}

/* Uses errno, set to 0 before the call, where MPI says too little about the cause. */
static int failed(const struct part_file *file, int code, struct err *err)
{
    char text[MPI_MAX_ERROR_STRING];
    if (errno != 0)
        return err_sys(err, ERR_FAILED, "cannot %s '%s'", verb_of(file), file->name);
    return err_set(err, ERR_FAILED, "cannot %s '%s': %s", verb_of(file), file->name,
                   code != MPI_SUCCESS ? text_of(code, text) : "not all bytes were transferred");
}

struct host {
    char name[MPI_MAX_PROCESSOR_NAME];
};

static struct host this_host(void)
{
    struct host host;
    int length = 0;
    MPI_Get_processor_name(host.name, &length);
    return host;
}

static int advise_sharing(struct err *err)
{
    return err_remedy(err, "--exchange file needs a file system that all hosts share; without one, "
                           "use --exchange message");
}

static int open_as(struct part_file *file, int mode, struct err *err)
{
    char text[MPI_MAX_ERROR_STRING];
    int code = MPI_File_open(MPI_COMM_SELF, file->path, mode, MPI_INFO_NULL, &file->handle);
    if (code == MPI_SUCCESS)
        return 0;
    file->handle = MPI_FILE_NULL;
    err_set(err, ERR_INPUT, "cannot %s '%s' on host '%s': %s", verb_of(file), file->name,
            this_host().name, text_of(code, text));
    return advise_sharing(err);
}

int part_file_open_read(struct part_file *file, const char *path, int64_t size, struct err *err)
{
    *file = (struct part_file){MPI_FILE_NULL, path, path, false};
    if (open_as(file, MPI_MODE_RDONLY, err) != 0)
        return -1;
    MPI_Offset found = 0;
    errno = 0;
    int code = MPI_File_get_size(file->handle, &found);
    if (code != MPI_SUCCESS)
        return failed(file, code, err);
    if (found == size)
        return 0;
    err_set(err, ERR_INPUT, "'%s' has %" PRId64 " bytes on host '%s', %" PRId64 " to rank 0", path,
            (int64_t)found, this_host().name, size);
    return advise_sharing(err);
}

int part_file_open_write(struct part_file *file, const char *path, const char *name,
                         struct err *err)
{
    *file = (struct part_file){MPI_FILE_NULL, path, name, true};
    return open_as(file, MPI_MODE_WRONLY, err);
}

int part_file_read(struct part_file *file, int64_t at, void *bytes, int size, struct err *err)
{
    MPI_Status status;
    int got = 0;
    errno = 0;
    int code = MPI_File_read_at(file->handle, at, bytes, size, MPI_BYTE, &status);
    if (code == MPI_SUCCESS)
        MPI_Get_count(&status, MPI_BYTE, &got);
    return code != MPI_SUCCESS || (got < size && errno != 0) ? failed(file, code, err) : got;
}

int part_file_write(struct part_file *file, int64_t at, const void *bytes, int size,
                    struct err *err)
{
    MPI_Status status;
    int put = 0;
    errno = 0;
    int code = MPI_File_write_at(file->handle, at, bytes, size, MPI_BYTE, &status);
    if (code == MPI_SUCCESS)
        MPI_Get_count(&status, MPI_BYTE, &put);
    return put == size ? 0 : failed(file, code, err);
}

/* Network file systems write what is still in memory, and report a full disk, when any process
 * closes the file. So this closes a descriptor of our own, whose result we get. Other file systems
 * do nothing here. */
static int flush(const struct part_file *file, struct err *err)
{
    int fd = open(file->path, O_WRONLY | O_CLOEXEC);
    return fd >= 0 && close(fd) == 0 ? 0 : failed(file, MPI_SUCCESS, err);
}

int part_file_close(struct part_file *file, struct err *err)
{
    if (file->handle == MPI_FILE_NULL)
        return 0;
    int status = file->writes ? flush(file, err) : 0;
    errno = 0;
    int code = MPI_File_close(&file->handle);
    file->handle = MPI_FILE_NULL;
    return code == MPI_SUCCESS ? status : failed(file, code, err);
}

int part_file_sync(const char *path, const char *name, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool synced = fd >= 0 && outfile_sync(fd) == 0;
    if (!synced)
        err_sys(err, ERR_FAILED, "cannot write '%s'", name);
    if (fd >= 0)
        (void)close(fd);
    return synced ? 0 : -1;
}
