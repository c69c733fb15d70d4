import * as v from 'valibot';

// What an undo file may name: https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html and API_AccessKey.html
export const userName = v.pipe(v.string(), v.regex(/^[\w+=,.@-]{1,64}$/));
export const keyId = v.pipe(v.string(), v.regex(/^\w{16,128}$/));
export const region = v.pipe(v.string(), v.regex(/^[a-z]{2}(?:-[a-z]{1,16}){1,2}-\d{1,2}$/));
